from typing import NamedTuple
KINDS=("new text","quoted","forwarded","signature","disclaimer","form")
class Zone(NamedTuple):
    start: int
    end: int
    kind: str
def split_zones(body, subject=""):
    return (Zone(0,len(body),"new text"),) if body else ()
