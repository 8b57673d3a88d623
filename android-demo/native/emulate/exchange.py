"""A file goes from one build of SQLCipher to another and back.
usage: exchange.py FOLDER-OF-THE-BINDINGS WORK make NAME LINK   makes WORK/NAME.db with an answer, and keeps its key in WORK/NAME.key
       exchange.py FOLDER-OF-THE-BINDINGS WORK add NAME         opens the other build's file, finds its answer and adds another
       exchange.py FOLDER-OF-THE-BINDINGS WORK check NAME       opens its own file again and finds both"""
import asyncio, os, platform, sys

sys.path.insert(0, sys.argv[1])
import sumu_ffi as sumu

work, act, name = sys.argv[2:5]
path = f"{work}/{name}.db"
place = sumu.Place(site="150521101202", item="water")


class KeyFile(sumu.KeyStore):
    def load(self):
        try:
            with open(f"{work}/{name}.key", "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def store(self, key):
        with open(f"{work}/{name}.key", "wb") as file:
            file.write(key)


def answers(device):
    return {row.key: row.shown.text for row in device.record(place).answers}


async def flow():
    opened = sumu.open(path, KeyFile())
    device = opened.device
    assert opened.set_aside is None, opened.set_aside
    if act == "make":
        await device.enrol(sys.argv[5])
        await device.sync(None)
        device.answer(place, [sumu.Put(key="W1", value=sumu.Value.INT(10))])
    if act == "add":
        assert answers(device) == {"W1": "10"}, answers(device)
        device.answer(place, [sumu.Put(key="W2", value=sumu.Value.INT(8))])
    if act == "check":
        assert answers(device) == {"W1": "10", "W2": "8"}, answers(device)
    print(f"{platform.machine()}: {act} {name}.db, {len(answers(device))} answers")
    await device.shut()


asyncio.run(flow())
# Python before 3.14 aborts if a library's thread asks for it while it is shutting down.
sys.stdout.flush()
os._exit(0)
