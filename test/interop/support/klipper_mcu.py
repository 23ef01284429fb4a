"""klipper_mcu.py LINK: a simulated micro-controller on a pseudo-terminal, for a host of the Klipper family.

Speaks Klipper's published protocol (docs/Protocol.md, docs/MCU_Commands.md): framed, numbered and acknowledged
messages, a dictionary that says what it can do. Two heaters (HE0, HBED) warm up under two sensors (TE0, TBED, where
0 to 5 V stand for 0 to 500 degrees). No motors.
Lines on its standard input: `shutdown` halts it, `quit` ends it, as if its cable was pulled.
"""

import json
import os
import pty
import select
import sys
import time
import tty
import zlib

CLOCK_FREQ = 1_000_000
ADC_MAX = 4095
ADC_DEGREES = 500
ROOM = 21.0
HEATING = 25.0  # degrees per second at full power
COOLING = 0.02  # per second and degree above the room's

PINS = {"HE0": 0, "HBED": 1, "TE0": 2, "TBED": 3}
SENSED_BY = {PINS["TE0"]: PINS["HE0"], PINS["TBED"]: PINS["HBED"]}

IDENTIFY_RESPONSE = "identify_response offset=%u data=%.*s"
IDENTIFY = "identify offset=%u count=%c"
COMMANDS = [
    IDENTIFY,
    "get_uptime",
    "get_clock",
    "get_config",
    "allocate_oids count=%c",
    "finalize_config crc=%u",
    "emergency_stop",
    "clear_shutdown",
    "reset",
    "debug_nop",
    "config_digital_out oid=%c pin=%u value=%c default_value=%c max_duration=%u",
    "set_digital_out_pwm_cycle oid=%c cycle_ticks=%u",
    "queue_digital_out oid=%c clock=%u on_ticks=%u",
    "update_digital_out oid=%c value=%c",
    "set_digital_out pin=%u value=%c",
    "config_analog_in oid=%c pin=%u",
    "query_analog_in oid=%c clock=%u sample_ticks=%u sample_count=%c rest_ticks=%u"
    " min_value=%hu max_value=%hu range_check_count=%c",
    "config_trsync oid=%c",
]
RESPONSES = [
    IDENTIFY_RESPONSE,
    "uptime high=%u clock=%u",
    "clock clock=%u",
    "config is_config=%c crc=%u is_shutdown=%c move_count=%hu",
    "analog_in_state oid=%c next_clock=%u value=%hu",
    "shutdown clock=%u static_string_id=%hu",
    "is_shutdown static_string_id=%hu",
    "stats count=%u sum=%u sumsq=%u",
    "starting",
]
REASONS = {"Thermal runaway": 1, "Command request": 2}
# The host knows these two numbers before it has read the dictionary.
COMMAND_IDS = {text: 1 + index for index, text in enumerate(COMMANDS)}
RESPONSE_IDS = {text: 64 + index if index else 0 for index, text in enumerate(RESPONSES)}
DICTIONARY = zlib.compress(
    json.dumps(
        {
            "app": "Klipper",
            "version": "simulated",
            "build_versions": "",
            "license": "",
            "commands": COMMAND_IDS,
            "responses": RESPONSE_IDS,
            "enumerations": {"pin": PINS, "static_string_id": REASONS},
            "config": {
                "MCU": "simulated",
                "CLOCK_FREQ": CLOCK_FREQ,
                "ADC_MAX": ADC_MAX,
                "STATS_SUMSQ_BASE": 256,
                "PWM_MAX": 255,
            },
        }
    ).encode()
)

# Answered also after a shutdown.
ALWAYS = {"identify", "get_uptime", "get_clock", "get_config", "emergency_stop", "clear_shutdown", "reset"}

SYNC = 0x7E
OVERHEAD = 5
LONGEST = 64


def crc16(data):
    crc = 0xFFFF
    for byte in data:
        byte ^= crc & 0xFF
        byte ^= (byte & 0x0F) << 4
        crc = ((byte << 8) | (crc >> 8)) ^ (byte >> 4) ^ (byte << 3)
    return crc.to_bytes(2, "big")


def encode_number(value):
    """Seven bits a byte, the highest first; values from -32 to 95 take one byte."""
    value &= 0xFFFFFFFF
    signed = value - (1 << 32) if value >> 31 else value
    length = 1
    while length < 5 and not -(1 << (7 * length - 2)) <= signed < 3 << (7 * length - 2):
        length += 1
    groups = [(value >> 7 * place) & 0x7F for place in reversed(range(length))]
    return bytes([group | 0x80 for group in groups[:-1]] + groups[-1:])


def decode_number(data, at):
    value = data[at] & 0x7F
    if value & 0x60 == 0x60:
        value -= 0x80
    while data[at] & 0x80:
        at += 1
        value = (value << 7) | (data[at] & 0x7F)
    return value & 0xFFFFFFFF, at + 1


class Heater:
    def __init__(self):
        self.degrees = ROOM
        self.power = 0.0

    def pass_time(self, seconds):
        self.degrees += (HEATING * self.power - COOLING * (self.degrees - ROOM)) * seconds


class Controller:
    """What the firmware does, without the framing. `send` takes a response's name and its values."""

    def __init__(self, send):
        self.send = send
        self.begin = time.monotonic()
        self.heaters = {PINS["HE0"]: Heater(), PINS["HBED"]: Heater()}
        self.halted = False
        self.forget()

    def forget(self):
        self.config_crc = None
        self.outputs = {}
        self.sensors = {}

    def clock(self):
        return int((time.monotonic() - self.begin) * CLOCK_FREQ)

    def halt(self, reason):
        self.halted = True
        for heater in self.heaters.values():
            heater.power = 0.0
        self.send("shutdown", self.clock(), REASONS[reason])

    def command(self, name, values):
        if self.halted and name not in ALWAYS:
            self.send("is_shutdown", REASONS["Command request"])
            return
        handler = getattr(self, "on_" + name, None)
        if handler is not None:
            handler(*values)

    def on_identify(self, offset, count):
        self.send("identify_response", offset, DICTIONARY[offset : offset + count])

    def on_get_uptime(self):
        self.send("uptime", self.clock() >> 32, self.clock())

    def on_get_clock(self):
        self.send("clock", self.clock())

    def on_get_config(self):
        crc = self.config_crc
        self.send("config", int(crc is not None), crc or 0, int(self.halted), 1024)

    def on_finalize_config(self, crc):
        self.config_crc = crc

    def on_allocate_oids(self, _count):
        self.forget()

    def on_reset(self):
        self.halted = False
        self.forget()

    def on_emergency_stop(self):
        self.halt("Command request")

    def on_clear_shutdown(self):
        self.halted = False

    def on_config_digital_out(self, oid, pin, *_rest):
        self.outputs[oid] = {"pin": pin, "cycle": 0}

    def on_set_digital_out_pwm_cycle(self, oid, cycle):
        self.outputs[oid]["cycle"] = cycle

    def on_queue_digital_out(self, oid, _clock, on_ticks):
        output = self.outputs[oid]
        if output["pin"] in self.heaters:
            cycle = output["cycle"]
            self.heaters[output["pin"]].power = min(1.0, on_ticks / cycle) if cycle else float(on_ticks > 0)

    def on_update_digital_out(self, oid, value):
        if self.outputs[oid]["pin"] in self.heaters:
            self.heaters[self.outputs[oid]["pin"]].power = float(value > 0)

    def on_config_analog_in(self, oid, pin):
        self.sensors[oid] = {"pin": pin, "samples": 1, "rest": 0, "next": 0}

    def on_query_analog_in(self, oid, clock, _ticks, samples, rest, *_range):
        self.sensors[oid].update(samples=samples, rest=rest, next=clock)

    def pass_time(self, seconds):
        for heater in self.heaters.values():
            heater.pass_time(seconds)
        if self.halted:
            return
        now = self.clock()
        for oid, sensor in self.sensors.items():
            if sensor["rest"] == 0 or (now - sensor["next"]) & 0x80000000:
                continue
            sensor["next"] = now + sensor["rest"]
            degrees = self.heaters[SENSED_BY[sensor["pin"]]].degrees
            value = int(min(max(degrees / ADC_DEGREES, 0), 1) * ADC_MAX * sensor["samples"])
            self.send("analog_in_state", oid, sensor["next"], value)


class Line:
    """The framing: blocks of length, sequence number, content, checksum and sync byte."""

    def __init__(self, terminal):
        self.terminal = terminal
        self.sequence = 1
        self.received = b""
        self.commands = {
            number: (text.split()[0], text.count("=")) for text, number in COMMAND_IDS.items()
        }
        self.responses = {text.split()[0]: number for text, number in RESPONSE_IDS.items()}
        self.controller = Controller(self.send)

    def block(self, content=b""):
        head = bytes([len(content) + OVERHEAD, 0x10 | (self.sequence & 0x0F)]) + content
        os.write(self.terminal, head + crc16(head) + bytes([SYNC]))

    def send(self, name, *values):
        content = encode_number(self.responses[name])
        for value in values:
            content += bytes([len(value)]) + value if isinstance(value, bytes) else encode_number(value)
        self.block(content)

    def take(self, data):
        self.received += data
        while len(self.received) >= OVERHEAD:
            length = self.received[0]
            if not OVERHEAD <= length <= LONGEST or self.received[1] & 0xF0 != 0x10:
                self.received = self.received[1:]
                continue
            if len(self.received) < length:
                return
            block = self.received[:length]
            if block[-1] != SYNC or crc16(block[:-3]) != block[-3:-1]:
                self.received = self.received[1:]
                continue
            self.received = self.received[length:]
            self.take_block(block[1] & 0x0F, block[2:-3])

    def take_block(self, sequence, content):
        # A host that was started anew begins with its own number, and first asks who is there.
        asks = content[:1] == bytes([COMMAND_IDS[IDENTIFY]])
        if sequence != self.sequence & 0x0F and not asks:
            return self.block()
        self.sequence = sequence + 1
        at = 0
        while at < len(content):
            number, at = decode_number(content, at)
            name, count = self.commands[number]
            values = []
            for _ in range(count):
                value, at = decode_number(content, at)
                values.append(value)
            self.controller.command(name, values)
        self.block()


def main(link):
    terminal, device = pty.openpty()
    tty.setraw(device)
    if os.path.lexists(link):
        os.unlink(link)
    os.symlink(os.ttyname(device), link)
    line = Line(terminal)
    last = time.monotonic()
    while True:
        ready, _, _ = select.select([terminal, sys.stdin], [], [], 0.05)
        now = time.monotonic()
        line.controller.pass_time(now - last)
        last = now
        if sys.stdin in ready:
            order = sys.stdin.readline()
            if order.strip() == "shutdown":
                line.controller.halt("Thermal runaway")
            elif order == "" or order.strip() == "quit":
                os.unlink(link)
                return
        if terminal in ready:
            line.take(os.read(terminal, 4096))


main(sys.argv[1])
