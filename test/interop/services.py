"""The other services, by the same independent clients: SET, ACTION and GET with list."""

import datetime

from dlms_cosem import cosem, enumerations
from gurux_dlms import GXDateTime, GXReplyData
from gurux_dlms.enums import ObjectType

from readers import DlmsCosemReader, GuruxReader
from ways import MANAGEMENT, Link, Way

CLOCK, REGISTER = 8, 3
CLOCK_NAME = "0.0.1.0.0.255"
REGISTERS = ["1.0.1.8.0.255", "1.0.2.8.0.255", "1.0.14.7.0.255", "1.0.32.7.0.255", "1.0.31.7.0.255",
             "1.0.21.7.0.255", "1.0.3.8.0.255", "1.0.4.8.0.255"]
ZONE = datetime.timezone(datetime.timedelta(hours=1))
BEGIN = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=ZONE)
SHIFT_S = 600
LATE_S = 30  # so much may the clock go on between writing and reading


def octets_of(moment):
    offset_min = int(moment.utcoffset().total_seconds() // 60)
    return (moment.year.to_bytes(2, "big")
            + bytes([moment.month, moment.day, 0xFF, moment.hour, moment.minute, moment.second, 0])
            + (-offset_min).to_bytes(2, "big", signed=True) + b"\x00")


def moment_of(octets):
    octets = bytes(octets)
    deviation = int.from_bytes(octets[9:11], "big", signed=True)
    return datetime.datetime(int.from_bytes(octets[:2], "big"), octets[2], octets[3], *octets[5:8],
                             tzinfo=datetime.timezone(datetime.timedelta(minutes=-deviation)))


def is_near(moment, expected):
    return 0 <= (moment - expected).total_seconds() <= LATE_S


class GuruxManager(GuruxReader):
    def _clock(self):
        clock = self.client.createObject(ObjectType.CLOCK)
        clock.logicalName = CLOCK_NAME
        return clock

    def set_clock(self, moment):
        clock = self._clock()
        clock.time = GXDateTime(moment)
        self._exchange(self.client.write(clock, 2), GXReplyData())

    def shift_clock(self, seconds):
        self._exchange(self._clock().shiftTime(self.client, seconds), GXReplyData())

    def clock(self):
        return moment_of(self.read(CLOCK_NAME, CLOCK, 2))

    def read_list(self, names):
        targets = []
        for name in names:
            target = self.client.createObject(ObjectType.REGISTER)
            target.logicalName = name
            targets.append((target, 2))
        reply = GXReplyData()
        for frame in self.client.readList(targets):
            self._exchange(frame, reply)
        return list(reply.value)


class DlmsCosemManager(DlmsCosemReader):
    def set_clock(self, moment):
        response = self.client.set(self._attribute(CLOCK, CLOCK_NAME), b"\x09\x0c" + octets_of(moment))
        if response.result != enumerations.DataAccessResult.SUCCESS:
            raise RuntimeError(str(response.result))

    def shift_clock(self, seconds):
        self.client.action(
            cosem.CosemMethod(enumerations.CosemInterface.CLOCK, cosem.Obis.from_string(CLOCK_NAME), 6),
            b"\x10" + seconds.to_bytes(2, "big", signed=True))

    def clock(self):
        return moment_of(self.read(CLOCK_NAME, CLOCK, 2))

    @staticmethod
    def _attribute(class_id, name):
        return cosem.CosemAttribute(interface=enumerations.CosemInterface(class_id),
                                    instance=cosem.Obis.from_string(name), attribute=2)

    def read_list(self, names):
        response = self.client.get_many([
            cosem.CosemAttributeWithSelection(self._attribute(REGISTER, name), None)
            for name in names])
        return [item.value for item in response.response_data]


def check_client(tally, make, port, password):
    manager = tally.attempt(f"{make.name}: associate as Management",
                            lambda: make(Link("tcp", port, False),
                                         Way("LLS", MANAGEMENT, "low"), password=password))
    if not manager:
        return
    tally.attempt(f"{make.name}: SET of the clock", lambda: manager.set_clock(BEGIN))
    moment = tally.attempt(f"{make.name}: the clock", manager.clock)
    tally.check(moment and is_near(moment, BEGIN), f"{make.name}: SET the clock: {moment}")
    tally.attempt(f"{make.name}: ACTION shift_time", lambda: manager.shift_clock(SHIFT_S))
    moment = tally.attempt(f"{make.name}: the clock", manager.clock)
    shifted = BEGIN + datetime.timedelta(seconds=SHIFT_S)
    tally.check(moment and is_near(moment, shifted), f"{make.name}: ACTION shift_time: {moment}")
    values = tally.attempt(f"{make.name}: GET with list", lambda: manager.read_list(REGISTERS)) or []
    tally.check(len(values) == len(REGISTERS) and all(isinstance(v, int) for v in values),
                f"{make.name}: GET with list of {len(REGISTERS)}: {values}")
    tally.attempt("release", manager.close)


def check_services(tally, port, password):
    for make in (GuruxManager, DlmsCosemManager):
        check_client(tally, make, port, password)
