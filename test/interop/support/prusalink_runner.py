"""Runs the real PrusaLink where tests do: without mDNS, from a temporary folder, and without the 8 s that it waits for
a printer to boot over USB. Arguments as for prusalink."""
import sys

import prusa.link.const as const

const.BLACKLISTED_PATHS[:] = ["/dev", "/sys", "/proc"]

# First of the rest: it installs the logger class.
import prusa.link.__main__ as main  # noqa: E402
import prusa.link.printer_adapter.prusa_link as prusa_link  # noqa: E402
from prusa.link.serial.serial_adapter import SerialAdapter  # noqa: E402


class NoDiscovery:
    def __init__(self, _port):
        pass

    def unregister(self):
        pass


prusa_link.ServiceDiscovery = NoDiscovery
SerialAdapter.is_rpi_port = staticmethod(lambda _path: True)
sys.exit(main.main())
