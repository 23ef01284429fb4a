"""A pseudo-terminal that answers like a Prusa MK3S, as far as PrusaLink asks.

Usage: mk3_printer.py LINK JOURNAL
LINK becomes a symbolic link to the terminal. Every M117 text that arrives is appended to JOURNAL: a print whose g-code
begins with one leaves its trace there. Orders come over stdin, one a line: `pull` and `plug` are done to the cable,
anything else is sent to the host as the firmware's own words.
"""
import os
import pty
import re
import select
import sys
import termios
import time
import tty

AMBIENT = 21.0
# Addresses that PrusaLink reads, which are zero on a printer that has printed nothing; the rest is erased flash.
ZEROED = ((0x0D05, 4), (0x0FBB, 1), (0x0FFF, 1), (0x0DA1, 1), (0x0FF1, 4), (0x0FED, 4), (0x0D49, 88), (0x0F91, 4))
POSITION = "X:0.00 Y:0.00 Z:0.15 E:0.00 Count X: 0.00 Y:0.00 Z:0.15 E:0.00"
# Plain answers to exact commands and to first words.
FIXED = {
    "PRUSA Fir": ["3.14.1-8237"],
    "PRUSA SN": ["CZPX4720X004XK12345"],
    "M862.2 Q": ["302"],
    "M862.1 Q": ["0.40"],
    "M220": ["100%"],
    "M221": ["100%"],
    "M420": ["Mesh bed leveling not active."],
}
BY_WORD = {
    "M27": ["Not SD printing"],
    "M114": [POSITION],
    "M20": ["Begin file list", "End file list"],
    "M21": ["echo:SD init fail"],
    "M601": ["// action:paused"],
    "M25": ["// action:paused"],
    "M602": ["// action:resumed"],
}


def number(letter, line, default=0.0):
    found = re.search(letter + r"(-?[\d.]+)", line)
    return float(found.group(1)) if found else default


class Heater:
    def __init__(self):
        self.actual = AMBIENT
        self.target = 0.0

    def pass_time(self, seconds):
        goal = self.target or AMBIENT
        step = (20 if self.target else 5) * seconds
        distance = goal - self.actual
        self.actual = goal if abs(distance) <= step else self.actual + (step if distance > 0 else -step)

    def is_there(self):
        return abs(self.actual - self.target) < 1


class Printer:
    """`busy_until` is when the command in hand ends; `heating` the heater that it waits for."""

    def __init__(self, link, journal):
        self.link = link
        self.terminal = None
        self.journal = journal
        self.eeprom = bytearray(b"\xff" * 4096)
        for address, length in ZEROED:
            self.eeprom[address : address + length] = bytes(length)
        self.nozzle, self.bed = Heater(), Heater()
        self.report_every = 0.0
        self.next_report = 0.0
        self.progress = [-1, -1]
        self.forget()

    def forget(self):
        """A new host: what the one before left behind is gone."""
        self.rest = b""
        self.queue = []
        self.last_number = 0
        self.busy_until = 0.0
        self.heating = None
        self.told_busy = 0.0

    def plug(self):
        self.terminal, self.host_side = pty.openpty()
        tty.setraw(self.host_side)
        if os.path.lexists(self.link):
            os.unlink(self.link)
        os.symlink(os.ttyname(self.host_side), self.link)
        self.forget()

    def pull(self):
        os.unlink(self.link)
        os.close(self.terminal)
        os.close(self.host_side)
        self.terminal = None

    def order(self, words):
        if words == "pull":
            self.pull()
        elif words == "plug":
            self.plug()
        else:
            self.say(words)

    def say(self, *lines):
        os.write(self.terminal, "".join(line + "\n" for line in lines).encode())

    def temperatures(self):
        nozzle = f"{self.nozzle.actual:.1f} /{self.nozzle.target:.1f}"
        return f"T:{nozzle} B:{self.bed.actual:.1f} /{self.bed.target:.1f} T0:{nozzle} @:0 B@:0 P:25.0 A:28.0"

    def receive(self, data):
        # The first words of a host that has just started.
        if data.startswith(b"PRUSA Fir\nM862.2 Q"):
            self.forget()
            termios.tcflush(self.terminal, termios.TCIOFLUSH)
        *lines, self.rest = (self.rest + data).split(b"\n")
        self.queue += [line.decode("latin1").strip() for line in lines if line.strip()]

    def work(self, now):
        if self.report_every and now >= self.next_report:
            self.next_report = now + self.report_every
            self.say(self.temperatures(), POSITION, "E0:0 RPM PRN1:0 RPM E0@:0 PRN1@:0")
        if self.heating and self.heating.is_there():
            self.heating, self.busy_until = None, now
        if self.busy_until:
            if now >= self.busy_until:
                self.busy_until = 0.0
                self.say("ok")
            elif now - self.told_busy > 2:
                self.told_busy = now
                self.say("echo:busy: processing")
        while self.queue and not self.busy_until:
            seconds = self.answer(self.queue.pop(0))
            if seconds > 0:
                self.busy_until, self.told_busy = now + seconds, now
            elif seconds == 0:
                self.say("ok")

    def answer(self, line):
        """Carries a line out; returns the seconds until its ok, -1 when that is said."""
        numbered = re.match(r"N(-?\d+) *(.*?)\*(\d+)$", line)
        if numbered:
            line = self.unpack(line, numbered)
            if line is None:
                return 0
        word = line.split(" ")[0]
        self.say(*FIXED.get(line, BY_WORD.get(word, [])))
        if word == "M117":
            with open(self.journal, "a", encoding="utf-8") as journal:
                journal.write(line[5:] + "\n")
        elif word == "M110" or "M110" in line:
            self.last_number = int(number("N", line, self.last_number))
        elif word == "D3":
            self.memory(line)
        elif word == "M73":
            self.progress = [int(number("P", line, self.progress[0])), int(number("R", line, self.progress[1]))]
            for mode in ("NORMAL", "SILENT"):
                percent, minutes = self.progress
                self.say(
                    f"{mode} MODE: Percent done: {percent}; print time remaining in mins: {minutes};"
                    " Change in mins: -1"
                )
        elif word == "M155":
            self.report_every = number("S", line)
        elif word == "M105":
            self.say("ok " + self.temperatures())
            return -1
        elif word == "M603":
            self.nozzle.target = self.bed.target = 0.0
            self.progress = [-1, -1]
            self.say("// action:cancel")
        elif word in ("M104", "M109", "M140", "M190"):
            heater = self.nozzle if word in ("M104", "M109") else self.bed
            heater.target = number("S", line)
            if word in ("M109", "M190"):
                self.heating = heater
                return 3600
        elif word == "G4":
            return number("P", line) / 1000 or number("S", line)
        return 0

    def unpack(self, line, numbered):
        """The command of a numbered line with a checksum; None when it has to be sent again."""
        checksum = 0
        for byte in line[: line.rindex("*")].encode("latin1"):
            checksum ^= byte
        wanted = self.last_number + 1
        if checksum != int(numbered.group(3)):
            self.say(f"Error:checksum mismatch, Last Line: {self.last_number}", f"Resend: {wanted}")
            return None
        command = numbered.group(2)
        if "M110" not in command and int(numbered.group(1)) != wanted:
            self.say(
                f"Error:Line Number is not Last Line Number+1, Last Line: {self.last_number}", f"Resend: {wanted}"
            )
            return None
        self.last_number = int(numbered.group(1))
        return command

    def memory(self, line):
        """D3: reads or writes the EEPROM, where the job id is kept."""
        address = int(re.search(r"Ax([0-9A-Fa-f]+)", line).group(1), 16)
        length = int(number(" C", line, 1))
        written = re.search(r" X([0-9A-Fa-f ]+)", line)
        if written:
            data = bytes.fromhex(written.group(1).replace(" ", ""))
            length = len(data)
            self.eeprom[address : address + length] = data
        for start in range(address, address + length, 16):
            row = self.eeprom[start : min(start + 16, address + length)]
            self.say(f"{start:04x}  " + " ".join(f"{byte:02x}" for byte in row))


def main(link, journal):
    printer = Printer(link, journal)
    printer.plug()
    last = time.monotonic()
    while True:
        waiting = printer.queue or printer.busy_until
        sources = [sys.stdin] if printer.terminal is None else [sys.stdin, printer.terminal]
        ready, _, _ = select.select(sources, [], [], 0.02 if waiting else 0.1)
        now = time.monotonic()
        printer.nozzle.pass_time(now - last)
        printer.bed.pass_time(now - last)
        last = now
        if printer.terminal is not None and printer.terminal in ready:
            printer.receive(os.read(printer.terminal, 4096))
        if sys.stdin in ready:
            order = sys.stdin.readline()
            if order == "":
                return
            printer.order(order.strip())
        if printer.terminal is not None:
            printer.work(now)


main(*sys.argv[1:3])
