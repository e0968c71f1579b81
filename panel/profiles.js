// Rows of load profiles and billing, as bars and as a table.

import { $, element, number } from "/page.js";
import { drawBars, drawNothing } from "/charts.js";

const STATUS = [[0x80, "supply failed"], [0x20, "clock set"], [0x08, "summer time"], [0x04, "not valid"], [0x02, "clock invalid"], [0x01, "error"]];
const statusText = (bits) => STATUS.filter(([bit]) => bits & bit).map(([, text]) => text).join(", ") || "–";
const isStatus = (column) => column.name.startsWith("0-0:96.10.");
const isEnergy = (column) => /^(Wh|varh|VAh)$/.test(column.unit);
const rowTime = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ");
const periodText = (seconds) => (seconds === 0 ? "billing" : seconds >= 86400 ? "daily" : seconds >= 3600 ? "hourly" : `${seconds / 60} min`);

let profiles = [], atLife = true;

export function showProfiles(told, speed) {
  profiles = told;
  atLife = speed === 1;
  const select = $("profile");
  const chosen = select.value;
  const options = profiles.map((profile) => {
    const option = element("option", { value: profile.name }, `${profile.name.replace(/^1-0:/, "")} · ${periodText(profile.period_s)}`);
    option.disabled = profile.rows.length === 0;
    return option;
  });
  select.replaceChildren(...options);
  select.value = profiles.some((profile) => profile.name === chosen && profile.rows.length) ? chosen : profiles.find((profile) => profile.rows.length)?.name ?? profiles[0]?.name;
  showProfile();
}

// Of an energy what was counted in the period, where the row before it is there.
function barsOf(profile, column) {
  const at = profile.columns.indexOf(column) + 1;
  return profile.rows.map((row, i) => (!isEnergy(column) ? row[at] : i > 0 && row[at] !== null && profile.rows[i - 1][at] !== null ? Math.max(0, row[at] - profile.rows[i - 1][at]) : null));
}

export function showProfile() {
  const profile = profiles.find(({ name }) => name === $("profile").value);
  const shown = profile?.columns.filter((column) => column.unit !== "") ?? [];
  if (shown.length === 0 || profile.rows.length === 0) {
    $("profile-note").textContent = "";
    drawNothing($("bars"), atLife ? "The first period is not over yet." : "There is no row yet.");
    $("rows").replaceChildren();
    return;
  }
  const up = shown[0], down = shown.find((column) => /^2\.8\./.test(column.name.replace("1-0:", "")));
  const bars = barsOf(profile, up), below = down && isEnergy(up) ? barsOf(profile, down) : null;
  const times = profile.rows.map((row) => row[0]);
  const name = up.name.replace("1-0:", "");
  $("profile-note").textContent = `${name}${below && below.some((value) => value > 0) ? " up, 2.8.0 down" : ""}, ${isEnergy(up) ? `${up.unit} of each period` : up.unit}`;
  const largest = drawBars($("bars"), times, bars, below, up.unit);
  $("bars").setAttribute("aria-label", `${profile.rows.length} rows of ${profile.name}, ${rowTime(times[0])} to ${rowTime(times.at(-1))}; ${name} at most ${number(largest, 1)} ${up.unit}`);
  showRows(profile);
}

function showRows(profile) {
  const head = element("tr", {}, element("th", { scope: "col" }, "ends at"), ...profile.columns.slice(1).map((column) =>
    element("th", { scope: "col" }, isStatus(column) ? "status" : `${column.name.replace("1-0:", "")}${column.unit && ` ${column.unit}`}`)));
  const cell = (column, value) => element("td", {}, value === null ? "–" : isStatus(column) ? statusText(value) : number(value, isEnergy(column) || column.unit === "W" ? 0 : 2));
  const rows = profile.rows.slice(-96).reverse().map((row) => element("tr", {}, element("td", {}, rowTime(row[0])), ...profile.columns.slice(1).map((column, i) => cell(column, row[i + 2]))));
  $("rows").replaceChildren(element("caption", { class: "hidden" }, `Rows of ${profile.name}`), head, ...rows);
}
