// What all parts of the page use: asking the meter, writing numbers, making elements.

export const $ = (id) => document.getElementById(id);
export const token = location.hash.slice(1);

// ---- asking ----

const headers = token ? { Authorization: `Bearer ${token}` } : {};

export async function get(path) {
  const answer = await fetch(path, { headers });
  if (!answer.ok) throw new Error((await answer.json()).error);
  return answer.json();
}

// One after the other: a button must not go up before it has gone down. What is refused is said where
// it was asked for.
let posts = Promise.resolve();
export function post(path, body) {
  posts = posts.then(async () => {
    const said = $(path === "/api/button" ? "meter-said" : "world-said");
    try {
      const answer = await fetch(path, { method: "POST", headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify(body) });
      said.textContent = answer.ok ? "" : (await answer.json()).error;
    } catch {
      said.textContent = "no answer from the meter";
    }
  });
  return posts;
}

// ---- numbers ----

export const number = (value, digits) => (value === null || value === undefined ? "–" : value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: false }));

export function power(watts) {
  const large = Math.abs(watts) >= 10000;
  return { text: large ? number(watts / 1000, 2) : number(watts, Math.abs(watts) < 100 ? 1 : 0), unit: large ? "kW" : "W" };
}

export const powerText = (watts) => { if (Math.abs(watts) < 0.05) watts = 0; const { text, unit } = power(watts); return `${text} ${unit}`; };

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "class") made.className = value;
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}
