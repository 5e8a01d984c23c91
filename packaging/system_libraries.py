"""Which Debian or Ubuntu packages Qt still lacks on a machine, and how to get them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

OFFSCREEN = "offscreen"
"""Everything Qt needs to draw without a display."""

SCREEN = "screen"
"""What Qt needs besides to open windows on an X server."""

QT_FILES = {
    OFFSCREEN: (
        "QtCore.abi3.so",
        "QtGui.abi3.so",
        "QtWidgets.abi3.so",
        "QtNetwork.abi3.so",
        "QtSvg.abi3.so",
        "QtDBus.abi3.so",
        "Qt/plugins/platforms/libqoffscreen.so",
    ),
    SCREEN: (
        "Qt/plugins/platforms/libqxcb.so",
        "Qt/plugins/xcbglintegrations/libqxcb-glx-integration.so",
        "Qt/plugins/xcbglintegrations/libqxcb-egl-integration.so",
    ),
}
"""The parts of PySide6 whose dependencies the machine has to provide, per purpose."""

PACKAGE_OF = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libbrotlidec.so.1": "libbrotli1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libexpat.so.1": "libexpat1",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libgio-2.0.so.0": "libglib2.0-0",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libstdc++.so.6": "libstdc++6",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
"""Where the libraries live in Debian and Ubuntu."""

RENAMED = {"libglib2.0-0": "libglib2.0-0t64"}
"""Packages that got a new name with 64-bit times (Debian 13, Ubuntu 24.04)."""

BEFORE_RENAMING = frozenset({"focal", "jammy", "bullseye", "bookworm"})
"""The releases in use that still have the old names."""

TOOLS = {
    "Xvfb": "xvfb",
    "dbus-daemon": "dbus-daemon",
    "gdbus": "libglib2.0-bin",
    "openbox": "openbox",
    "xdotool": "xdotool",
}
"""Programs that a few tests start, with the packages they come in."""


def missing_sonames(ldd_output: str) -> frozenset[str]:
    """The libraries that `ldd` could not find."""
    return frozenset(re.findall(r"^\s*(\S+) => not found", ldd_output, flags=re.MULTILINE))


def parse_os_release(text: str) -> dict[str, str]:
    """The fields of /etc/os-release."""
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line)
    return {key.strip(): value.strip().strip("\"'") for key, value in pairs}


def packages_for(
    sonames: frozenset[str], os_release: dict[str, str]
) -> tuple[list[str], list[str]]:
    """The packages that bring these libraries, and the libraries no package is known for."""
    # A derivative such as Mint names the Ubuntu release that it is made from.
    codename = os_release.get("UBUNTU_CODENAME") or os_release.get("VERSION_CODENAME", "")
    renamed = {} if codename in BEFORE_RENAMING else RENAMED
    known = {PACKAGE_OF[name] for name in sonames if name in PACKAGE_OF}
    return (
        sorted(renamed.get(package, package) for package in known),
        sorted(sonames - PACKAGE_OF.keys()),
    )


def apt_command(packages: list[str], privilege: list[str]) -> list[str]:
    """The command that installs packages without asking."""
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    return [*privilege, *quiet, "install", "-y", "-q", "--no-install-recommends", *packages]


def line_to_run(packages: list[str]) -> str:
    """What a person types to install packages."""
    return "sudo apt-get install -y --no-install-recommends " + " ".join(packages)


def os_release() -> dict[str, str]:
    """What this machine says about itself."""
    path = Path("/etc/os-release")
    return parse_os_release(path.read_text("utf-8")) if path.is_file() else {}


def has_apt() -> bool:
    """Whether this is Debian, Ubuntu or a relative of theirs."""
    return sys.platform.startswith("linux") and shutil.which("apt-get") is not None


def lacking(pyside: Path, purpose: str) -> frozenset[str]:
    """The libraries that keep this PySide6 from working for a purpose."""
    files = [str(path) for name in QT_FILES[purpose] if (path := pyside / name).is_file()]
    if not files or shutil.which("ldd") is None:
        return frozenset()
    answer = subprocess.run(["ldd", *files], capture_output=True, text=True, check=False)
    return missing_sonames(answer.stdout)


def probably_lacking() -> frozenset[str]:
    """The same before PySide6 is there to be looked at: known libraries the linker never saw."""
    linker = shutil.which("ldconfig", path="/sbin:/usr/sbin")
    if linker is None:
        return frozenset()
    answer = subprocess.run([linker, "-p"], capture_output=True, text=True, check=False)
    return frozenset(PACKAGE_OF) - set(answer.stdout.split())


def lacking_tools() -> list[str]:
    """The packages of the programs that tests start and this machine does not have."""
    return sorted(package for tool, package in TOOLS.items() if shutil.which(tool) is None)


def install(packages: list[str]) -> bool:
    """Install packages if that is possible without asking for a password."""
    privilege = _privilege()
    if privilege is None:
        return False
    print("Installing system packages: " + " ".join(packages), flush=True)
    command = apt_command(packages, privilege)
    if subprocess.run(command, check=False).returncode == 0:
        return True
    # A new machine has no package lists yet, a neglected one has stale ones.
    subprocess.run([*privilege, "apt-get", "update", "-q"], check=False)
    return subprocess.run(command, check=False).returncode == 0


def _privilege() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if asked.returncode == 0 else None
