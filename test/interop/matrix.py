"""Every readable object of every product, by each client, over each transport, in each way of
proving and protecting; and a key transferred.

Over the TCP wrapper every attribute is read in the ways EVERYTHING; elsewhere one attribute of each
object; on a terminal, where each answer takes the time that the line turns around in, in the other
ways one of every eighth object. Links and products run side by side.
"""

import os
import subprocess

from gurux_dlms import GXReplyData
from gurux_dlms.enums import ObjectType

from meter import VirtualMeter, free_port
from readers import READERS, Cannot, GuruxReader, open_way
from ways import MANAGEMENT, MASTER, OFF, UNICAST, WAYS, Link, Way

EVERYTHING = ("no security", "LLS", "HLS GMAC, both")
TERMINAL = "hdlc on a terminal"
STRIDE = 8
OTHER_KEY = bytes(range(0x70, 0x80))

# Attributes whose values a client's decoder does not know.
UNDECODED = {("dlms-cosem", 15, 5): "it decodes no bit-string",
             ("dlms-cosem", 10, 2): "it decodes no bit-string"}

# What a meter may answer when there is nothing to tell: no second name server, no rate in force.
NO_VALUE = ("temporary", "TEMPORARY")


def what_to_read(objects, link, way):
    """(OBIS code, class, attributes) of what is read over this link in this way."""
    rows = [(name, class_id, attributes) for name, (class_id, _, attributes) in objects.items()]
    whole = way.name in EVERYTHING
    if whole and not link.hdlc:
        return rows
    if not whole and link.name == TERMINAL:
        rows = rows[::STRIDE]
    return [(name, class_id, [a for a in attributes if a > 1][:1])
            for name, class_id, attributes in rows]


def read_attributes(reader, rows):
    """(how many were read, problems, notes)"""
    count, problems, notes = 0, [], set()
    for name, class_id, wanted in rows:
        for attribute in wanted:
            undecoded = UNDECODED.get((reader.name, class_id, attribute))
            if undecoded:
                notes.add(f"class {class_id} attribute {attribute} left out: {undecoded}")
                continue
            try:
                reader.read(name, class_id, attribute)
                count += 1
            except Exception as problem:  # whatever a client throws is a finding
                if any(word in str(problem) for word in NO_VALUE):
                    count += 1
                else:
                    problems.append(f"{name} attribute {attribute}: "
                                    f"{type(problem).__name__}: {problem}")
    return count, problems, notes


def check_way(tally, make, link, way):
    """One association; gives the object list that it saw."""
    title = f"{make.name}, {link.name}, {way.name}"
    try:
        reader = open_way(make, link, way)
    except Cannot as reason:
        tally.note(f"{title}: left out, {reason}")
        return None
    except Exception as problem:
        tally.check(False, f"{title}: associate: {type(problem).__name__}: {problem}")
        return None
    return read_objects(tally, reader, title, link, way)


def read_objects(tally, reader, title, link, way):
    """The object list, and the attributes of what is in it; gives the list."""
    try:
        objects = reader.objects()
    except Exception as problem:
        tally.check(False, f"{title}: object list: {type(problem).__name__}: {problem}")
        return None
    count, problems, notes = read_attributes(reader, what_to_read(objects, link, way))
    for note in sorted(notes | reader.limits):
        tally.note(f"{reader.name}: {note}")
    tally.check(not problems and count > 0,
                f"{title}: {count} attributes of {len(objects)} objects read"
                + "".join(f"; {p}" for p in problems[:3])
                + (f"; and {len(problems) - 3} more" if len(problems) > 3 else ""))
    tally.attempt(f"{title}: release", reader.close)
    return objects


def check_off(tally, link):
    """The weak mechanisms are refused."""
    for way in OFF:
        try:
            open_way(GuruxReader, link, way).close()
            tally.check(False, f"gurux-dlms: {way.name} was let in")
        except Exception:
            tally.check(True, f"gurux-dlms: {way.name} refused")


def transfer_key(manager, key):
    """Class 64, global_key_transfer: another unicast key, wrapped by the master key."""
    setup = manager.client.createObject(ObjectType.SECURITY_SETUP)
    setup.logicalName = "0.0.43.0.0.255"
    manager._exchange(setup.globalKeyTransfer(manager.client, MASTER, [(0, key)]), GXReplyData())


def is_let_in(link, way, key):
    try:
        reader = open_way(GuruxReader, link, way, unicast=key)
    except Exception:
        return False
    reader.read("0.0.1.0.0.255", 8, 2)
    reader.close()
    return True


def check_key_transfer(tally, link):
    """A key transferred is in force at the next association; the old one is not."""
    way = Way("HLS GMAC, both", MANAGEMENT, "gmac", "both")
    manager = tally.attempt("gurux-dlms: associate to transfer a key",
                            lambda: open_way(GuruxReader, link, way))
    if not manager:
        return
    tally.attempt("gurux-dlms: global_key_transfer", lambda: transfer_key(manager, OTHER_KEY))
    try:
        manager.close()
    except Exception:  # it may still cipher by the key that was
        manager.line.close()
    tally.check(is_let_in(link, way, OTHER_KEY), "gurux-dlms: the key transferred is in force")
    tally.check(not is_let_in(link, way, UNICAST), "gurux-dlms: the key before it is not")


def check_own_client(tally, watthour, link_urls, password):
    """`watthour` lists the objects over the same transports, and over UDP."""
    for url in link_urls:
        got = subprocess.run([watthour, "objects", "--json", url], capture_output=True, text=True,
                             env={"WATTHOUR_PASSWORD": password}, timeout=60, check=False)
        tally.check(got.returncode == 0 and got.stdout.count('"obis"') > 100,
                    f"watthour objects {url.split('?')[0]}: {got.stdout.count('obis')} objects"
                    f"{got.stderr.strip()}")


# What is read side by side, each of its own meter: links, and on the terminal ways as well, because
# there time goes by while the line turns around. The longest come first.
WHOLE = ("LLS", "HLS GMAC, both")
TASKS = (
    *((TERMINAL, tuple(way for way in WAYS if way.name == name)) for name in WHOLE),
    (TERMINAL, tuple(way for way in WAYS if way.name not in WHOLE)),
    ("hdlc over tcp", WAYS),
    ("tcp", WAYS),
)


def check_ways(tally, link, ways):
    """Every client in each of these ways; {number of the client: the object lists seen}"""
    seen = {}
    for way in ways:
        for make in READERS:
            objects = check_way(tally, make, link, way)
            if objects:
                seen.setdefault(way.client, []).append(objects)
    return seen


def check_lists(tally, seen):
    """Whoever looks, and over whatever, an association shows one and the same list."""
    for client, lists in seen.items():
        tally.check(all(objects == lists[0] for objects in lists),
                    f"client {client}: {len(lists)} times the same {len(lists[0])} objects and rights")


def check_task(tally, watthour, product, number, folder, password):
    """TASKS[number] with a virtual meter of its own; what check_ways() gives."""
    name, ways = TASKS[number]
    terminal = os.path.join(folder, f"{product}-{number}.tty")
    hdlc, udp = free_port(), free_port()
    options = ["--source", "phasors", "--world", "steady", "--hdlc", str(hdlc), "--udp", str(udp),
               "--optical", terminal, "--optical-mode", "hdlc"]
    with VirtualMeter(watthour, product, options) as meter:
        links = {"tcp": Link("tcp", meter.port, False),
                 "hdlc over tcp": Link("hdlc over tcp", hdlc, True),
                 TERMINAL: Link(TERMINAL, terminal, True)}
        seen = check_ways(tally, links[name], ways)
        if name == "tcp":
            check_own_client(tally, watthour,
                             [f"tcp://127.0.0.1:{meter.port}", f"udp://127.0.0.1:{udp}",
                              f"hdlc+tcp://127.0.0.1:{hdlc}", f"serial://{terminal}?baud=38400"], password)
            check_off(tally, links["tcp"])
            check_key_transfer(tally, links["tcp"])
    tally.check(meter.exit_code == 0, "stops cleanly on SIGTERM")
    return seen
