"""Become a server that dies with its supervisor: run as `python -I -S launch.py PARENT SIGNAL IDENTITY -- COMMAND...`.

The standard library only, and no import of ours, so that it costs a few milliseconds. It replaces itself by the command, after

* dropping root where the server refuses it: IDENTITY is `same`, `uid:N` (become user N) or `mapped:N` (stay who we are, but be seen as
  user N inside a user namespace; used when user N could not reach the files);
* asking the kernel to send SIGNAL when the parent dies, even by SIGKILL. This comes last: a change of user clears the request.
"""

import ctypes
import os
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_CLONE_NEWUSER = 0x10000000
_NO_NAMESPACE = (
    "This server refuses to run as root, and the kernel refuses user namespaces: run as an ordinary user, "
    "or keep the data folder and the virtual environment where every user may enter."
)


def _become(identity: str) -> None:
    kind, _, number = identity.partition(":")
    if kind == "uid":
        user = int(number)
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)
    elif kind == "mapped":
        uid, gid = os.geteuid(), os.getegid()
        if ctypes.CDLL(None).unshare(_CLONE_NEWUSER) != 0:
            raise SystemExit(_NO_NAMESPACE)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{number} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{number} {gid} 1")


def main(arguments: list[str]) -> None:
    """Drop privileges, tie this process to its parent, become the command."""
    parent, signal_number, identity, _, *command = arguments
    os.umask(0o077)
    _become(identity)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0)
    if os.getppid() != int(parent):
        raise SystemExit("The supervisor is gone.")
    os.execv(command[0], command)  # noqa: S606 (becoming the server, without a shell, is the purpose)


if __name__ == "__main__":
    main(sys.argv[1:])
