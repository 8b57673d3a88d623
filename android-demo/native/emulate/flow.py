"""Through the arm64 library: an encrypted file is made, edited, closed, refused with a wrong key, opened again and synced over TLS.
usage: flow.py FOLDER-OF-THE-BINDINGS WORK LINK"""
import asyncio, os, sys

sys.path.insert(0, sys.argv[1])
import sumu_ffi as sumu

work, link = sys.argv[2], sys.argv[3]
path = work + "/phone.db"


class Keys(sumu.KeyStore):
    kept = None

    def load(self):
        return self.kept

    def store(self, key):
        self.kept = bytes(key)


async def flow():
    keys = Keys()
    device = sumu.open(path, keys).device
    print("joined:", (await device.enrol(link)).name)
    report = await device.sync(None)
    print("first sync over TLS:", report.bytes_down, "bytes down")
    place = sumu.Place(site="150521101202", item="water")
    device.answer(place, [sumu.Put(key="W1", value=sumu.Value.INT(10))])
    await device.shut()

    head = open(path, "rb").read(16)
    assert not head.startswith(b"SQLite"), head
    wrong = Keys()
    wrong.kept = bytes(32)
    try:
        sumu.open(path, wrong)
        raise SystemExit("a wrong key was taken")
    except sumu.SumuError.Locked as refused:
        print("a wrong key is refused:", refused.code)

    device = sumu.open(path, keys).device
    assert [row.shown.text for row in device.record(place).answers] == ["10"]
    report = await device.sync(None)
    assert report.changes_up == 1 and not report.refused, report
    print("opened again and synced:", report.changes_up, "change up,", device.status().synced, "of", device.status().records)
    await device.shut()
    # For the build of the desktop, which opens this file next.
    open(work + "/phone.key", "wb").write(keys.kept)


asyncio.run(flow())
# Python before 3.14 aborts if a library's thread asks for it while it is shutting down.
sys.stdout.flush()
os._exit(0)
