"""What the meter remembers, by the same independent clients: a log and a load profile, whole, by
range of time and by entry. What is selected is what a filter over the whole gives."""

import datetime
import time

from dlms_cosem import cosem, enumerations
from dlms_cosem.cosem.capture_object import CaptureObject
from dlms_cosem.cosem.selective_access import RangeDescriptor
from dlms_cosem import utils
from gurux_dlms import GXDateTime, GXReplyData
from gurux_dlms.enums import DataType, ObjectType

from services import CLOCK, CLOCK_NAME, ZONE, DlmsCosemManager, GuruxManager, moment_of
from ways import MANAGEMENT, Link, Way

PROFILE = 7
STANDARD_LOG = "0.0.99.98.0.255"
LOAD_PROFILE = "1.0.99.1.0.255"
LOAD_PROFILE_FORM = "0.0.128.7.1.255"
PLAIN, COMPACT = 0, 2
QUARTER = datetime.datetime(2026, 1, 5, 12, 0, 0, tzinfo=ZONE)
POWER_UP, CLOCK_OLD, CLOCK_NEW = 2, 4, 5


class GuruxRemembers(GuruxManager):
    entries = True

    def _profile(self, name):
        profile = self.client.createObject(ObjectType.PROFILE_GENERIC)
        profile.logicalName = name
        return profile

    def _rows(self, request):
        reply = GXReplyData()
        self._exchange(request, reply)
        return [[moment_of(row[0])] + list(row[1:]) for row in reply.value]

    def rows(self, name):
        return self._rows(self.client.read(self._profile(name), 2))

    def rows_between(self, name, begin, end):
        return self._rows(self.client.readRowsByRange(self._profile(name), GXDateTime(begin),
                                                      GXDateTime(end)))

    def rows_of(self, name, first, count):
        return self._rows(self.client.readRowsByEntry(self._profile(name), first, count))

    def choose_form(self, form):
        setting = self.client.createObject(ObjectType.DATA)
        setting.logicalName = LOAD_PROFILE_FORM
        setting.setDataType(2, DataType.UINT8)
        setting.value = form
        self._exchange(self.client.write(setting, 2), GXReplyData())


class DlmsCosemRemembers(DlmsCosemManager):
    entries = False  # it cannot encode the selection

    @staticmethod
    def _buffer(name):
        return cosem.CosemAttribute(interface=enumerations.CosemInterface(PROFILE),
                                    instance=cosem.Obis.from_string(name), attribute=2)

    def _rows(self, name, selection):
        octets = self.client.get(self._buffer(name), access_descriptor=selection)
        return [[moment_of(row[0])] + list(row[1:]) for row in utils.parse_as_dlms_data(octets)]

    def rows(self, name):
        return self._rows(name, None)

    def rows_between(self, name, begin, end):
        clock = CaptureObject(
            cosem_attribute=cosem.CosemAttribute(interface=enumerations.CosemInterface(CLOCK),
                                                 instance=cosem.Obis.from_string(CLOCK_NAME),
                                                 attribute=2))
        return self._rows(name, RangeDescriptor(restricting_object=clock, from_value=begin,
                                                to_value=end))


def check_log(tally, client):
    rows = tally.attempt(f"{client.name}: the standard log", lambda: client.rows(STANDARD_LOG)) or []
    codes = [row[1] for row in rows]
    tally.check(codes[:1] == [POWER_UP] and CLOCK_OLD in codes and CLOCK_NEW in codes,
                f"{client.name}: standard log of {len(rows)}: {codes}")
    begin = QUARTER - datetime.timedelta(days=10)
    end = QUARTER + datetime.timedelta(days=10)
    part = tally.attempt(f"{client.name}: the log by range",
                         lambda: client.rows_between(STANDARD_LOG, begin, end))
    expected = [row for row in rows if begin <= row[0] <= end]
    tally.check(part == expected and 0 < len(expected) < len(rows),
                f"{client.name}: the log by range: {len(expected)} of {len(rows)} entries")
    if client.entries:
        part = tally.attempt(f"{client.name}: the log by entry",
                             lambda: client.rows_of(STANDARD_LOG, 2, 2))
        tally.check(part == rows[1:3], f"{client.name}: the log by entry: {part}")


def check_profile(tally, client):
    client.set_clock(QUARTER - datetime.timedelta(seconds=2))
    time.sleep(4)
    rows = tally.attempt(f"{client.name}: the load profile", lambda: client.rows(LOAD_PROFILE)) or []
    tally.check(rows and rows[-1][0] == QUARTER and len(rows[-1]) == 6,
                f"{client.name}: load profile, a row at {QUARTER}: {rows[-1:]}")
    second = datetime.timedelta(seconds=1)
    part = tally.attempt(f"{client.name}: the profile by range",
                         lambda: client.rows_between(LOAD_PROFILE, QUARTER - second, QUARTER + second))
    tally.check(part == [row for row in rows if row[0] == QUARTER],
                f"{client.name}: the profile by range: {part}")


def check_compact(tally, client):
    rows = client.rows(LOAD_PROFILE)
    client.choose_form(COMPACT)
    compact = tally.attempt(f"{client.name}: a compact array", lambda: client.rows(LOAD_PROFILE))
    client.choose_form(PLAIN)
    tally.check(rows and compact == rows,
                f"{client.name}: the load profile as a compact array: {len(rows)} rows")


def check_remembered(tally, port, password):
    for make in (GuruxRemembers, DlmsCosemRemembers):
        client = tally.attempt(f"{make.name}: associate as Management",
                               lambda make=make: make(Link("tcp", port, False),
                                                      Way("LLS", MANAGEMENT, "low"),
                                                      password=password))
        if client:
            tally.attempt(f"{make.name}: a load profile", lambda c=client: check_profile(tally, c))
            if client.entries:
                tally.attempt(f"{make.name}: a compact array", lambda c=client: check_compact(tally, c))
            tally.attempt(f"{make.name}: a log", lambda c=client: check_log(tally, c))
            tally.attempt("release", client.close)
