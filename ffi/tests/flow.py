"""A day with the bindings, against the real server process: `.ci/bindings` generates them and runs this.

usage: flow.py SERVER_BINARY BINDINGS_FOLDER
"""

import asyncio
import json
import os
import re
import signal
import threading

from office import SITE, STREETS, WELL, Drawer, leave, office_and_folder, sumu
from sumu_ffi import Place, Put, SumuError, Value


class Told(sumu.ChangeListener, sumu.ProgressListener):
    """Remembers what it was told, and does something the first time."""

    def __init__(self, first=lambda: None):
        self.seen, self.event, self.first = [], threading.Event(), first

    def on_change(self):
        self.on_progress(None)

    def on_progress(self, progress):
        self.seen.append(progress)
        if not self.event.is_set():
            self.event.set()
            self.first()


def fails(kind, code, call):
    """Demands an error of one kind, code and retry."""
    try:
        got = call()
    except kind as error:
        assert error.code == code, f"{error.code} is not {code}"
        assert error.detail, "an error has a detail"
        return error
    raise AssertionError(f"{code} expected, but the call returned {got!r}")


async def fails_later(kind, code, call):
    try:
        got = await call
    except kind as error:
        assert error.code == code, f"{error.code} is not {code}: {error.detail}"
        return error
    raise AssertionError(f"{code} expected, but the call returned {got!r}")


def number(value):
    return [Put(key="well_depth", value=Value.INT(value=value))]


async def story(office, folder):
    print("enrol, and the files are encrypted")
    keys, devices, paths = {}, {}, {}
    for who in ("batu", "bolor", "siqin"):
        keys[who], paths[who] = Drawer(), os.path.join(folder, f"{who}.db")
        devices[who] = sumu.open(paths[who], keys[who]).device
        fails(SumuError.Invite, "not-enrolled", lambda: devices[who].answer(WELL, number(1)))
        link = office.invite(who)
        assert sumu.link(link).server_url.startswith("http://127.0.0.1:")
        me = await devices[who].enrol(link)
        assert me.handle == who and me.roles[0].areas, me
        await fails_later(SumuError.Invite, "invitation", devices[who].enrol(link + "x"))
    with open(paths["batu"], "rb") as file:
        assert not file.read(15).startswith(b"SQLite format"), "the file is in clear"
    code = devices["batu"].recovery_code()
    assert re.fullmatch(r"([0-9A-Z]{4}-){6}[0-9A-Z]{4}", code), "seven groups of four"
    batu, bolor, siqin = devices["batu"], devices["bolor"], devices["siqin"]

    print("the first sync brings places, items and the round")
    fails(SumuError.Offline, "no-reference", lambda: batu.record(WELL))
    told = Told()
    report = await batu.sync(told)
    assert report.requests > 0 and told.seen and told.seen[-1].bytes_down > 0
    for other in (bolor, siqin):
        await other.sync(None)
    page = batu.sites(sumu.SiteQuery(limit=50))
    assert len(page) == 50 and page[0].of == 10, page[:1]
    following = batu.sites(sumu.SiteQuery(limit=50, after=page[-1].site))
    assert following[0].site > page[-1].site
    assert len(batu.sites(sumu.SiteQuery(limit=5_000))) == 200, "a page has at most 200 rows"
    found = batu.sites(sumu.SiteQuery(find=SITE))
    assert found[0].site == SITE and all(row.site.startswith(SITE) for row in found)
    assert len(batu.items_at(SITE, None)) == 10 and batu.rounds()[0].handle == "2026-autumn"
    assert batu.regions(None) and batu.regions(batu.regions(None)[0].code)

    print("two answer the same question offline, and nothing is lost")
    changed = Told()
    batu.listen(changed)
    assert batu.answer(WELL, number(12)) is not None
    assert batu.answer(WELL, number(12)) is None, "the same again is no change"
    assert changed.event.wait(30), "the listener was told"
    bolor.answer(WELL, number(14))
    assert batu.status().unsent == 1 and batu.items_at(SITE, None)[1].unsent + batu.record(WELL).unsent > 0
    for device in (batu, bolor, batu, siqin):
        await device.sync(None)
    assert batu.status().unsent == 0 and batu.status().synced == batu.status().records == 1
    [answer] = siqin.record(WELL).answers
    assert {(rival.by, rival.text) for rival in answer.dispute} == {("batu", "12"), ("bolor", "14")}

    print("a dispute is settled by a person with the right, with a reason")
    fails(SumuError.Changed, "disputed", lambda: siqin.answer(WELL, number(13)))
    fails(SumuError.Input, "no-reason", lambda: siqin.settle(WELL, "well_depth", Value.INT(value=14), " "))
    siqin.settle(WELL, "well_depth", Value.INT(value=14), "现场复核")
    fails(SumuError.Changed, "not-disputed", lambda: siqin.settle(WELL, "well_depth", Value.INT(value=1), "再"))
    await siqin.sync(None)
    await batu.sync(None)
    view = batu.record(WELL)
    assert view.answers[0].shown.text == "14" and not view.answers[0].dispute
    history = batu.history(WELL, 0, 200)
    assert {row.by for row in history} == {"batu", "bolor", "siqin"} and history[0].verdict == "accepted"
    assert len(batu.history(WELL, 1, 1)) == 1
    shown = json.loads(office.run("show", SITE, "water", "--json"))
    assert shown["answers"]["well_depth"]["value"] == 14

    print("sign, review, void")
    fails(SumuError.Changed, "changed-meanwhile", lambda: batu.sign(WELL, []))
    batu.sign(WELL, batu.record(WELL).heads)
    assert batu.record(WELL).sign_offs[0].current
    fails(SumuError.Refused, "no-right", lambda: batu.review(WELL, True, "重做", batu.record(WELL).heads))
    await batu.sync(None)
    await siqin.sync(None)
    siqin.review(WELL, True, "照片不清", siqin.record(WELL).heads)
    assert siqin.record(WELL).review.sent_back
    fails(SumuError.Input, "empty-record", lambda: batu.void_record(Place(site=SITE, item="roads", round=None), "误"))

    print("what cannot be is an error that says what to do")
    elsewhere = Place(site="000000000000", item="water", round=None)
    fails(SumuError.Input, "unknown-site", lambda: batu.record(elsewhere))
    fails(SumuError.Input, "unknown-item", lambda: batu.record(Place(site=SITE, item="moon", round=None)))
    fails(SumuError.Input, "unknown-round", lambda: batu.record(Place(site=SITE, item="water", round="1999")))
    fails(SumuError.Input, "bad-link", lambda: sumu.link("https://example.org"))

    print("cancel: by hand, and by dropping the call")
    office.process.send_signal(signal.SIGSTOP)
    batu.answer(WELL, [Put(key="pump", value=Value.TEXT(value="坏"))])
    halt = Told(batu.cancel_sync)
    error = await fails_later(SumuError.Stopped, "cancelled", batu.sync(halt))
    assert error.retryable and batu.status().unsent == 1
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()
    call = asyncio.create_task(batu.sync(Told(lambda: loop.call_soon_threadsafe(begun.set))))
    await begun.wait()
    call.cancel()
    try:
        await call
        raise AssertionError("a cancelled call returned")
    except asyncio.CancelledError:
        pass
    office.process.send_signal(signal.SIGCONT)
    await batu.sync(None)
    assert batu.status().unsent == 0, "the next sync goes on from there"

    print("export, shut, and a key that is lost")
    out = os.path.join(folder, "work.jsonl")
    assert batu.export_work(out).answers > 0
    with open(out, encoding="utf-8") as lines:
        assert any(json.loads(line).get("value") == "坏" for line in lines)
    await batu.shut()
    await batu.shut()
    fails(SumuError.Stopped, "shut", lambda: batu.status())
    with open(paths["batu"], "rb") as file:
        before = file.read()
    fails(SumuError.Locked, "wrong-key", lambda: sumu.open(paths["batu"], Drawer(b"7" * 32)))
    fails(SumuError.Locked, "key-lost", lambda: sumu.open(paths["batu"], Drawer()))
    fails(SumuError.Locked, "recovery-code", lambda: sumu.recover(paths["batu"], "1234", Drawer()))
    with open(paths["batu"], "rb") as file:
        assert file.read() == before, "a wrong key touched the file"
    again = Drawer()
    batu = sumu.recover(paths["batu"], code.lower(), again).device
    assert again.key == keys["batu"].key and batu.identity().handle == "batu"
    assert batu.record(WELL).answers, "everything is there"

    print("the examples of the README")
    names = {"folder": os.path.join(folder, "example"), "keys": Drawer(), "link": office.invite("bolor")}
    os.mkdir(names["folder"])
    await example(0, names)
    told = []
    await example(1, {"device": batu, "place": STREETS, "show": told.append})
    assert told == ["35.0 of 100.0"], told
    form(batu)
    await batu.sync(None)
    shown = json.loads(office.run("show", SITE, "roads", "--json"))
    assert shown["score"]["score"] == batu.fill(STREETS, "zh").score().score == 42.5, shown

    print("no server")
    office.stop()
    batu.answer(WELL, [Put(key="pump", value=Value.TEXT(value="好"))])
    assert (await fails_later(SumuError.Offline, "offline", batu.sync(None))).retryable
    assert batu.status().unsent == 1
    for device in (batu, bolor, siqin):
        await device.shut()


def form(batu):
    """Goes on where the README's example left off: relevance, a constraint, instances, both languages."""
    print("a form asks for what counts, refuses what may not stand and saves the rest")
    filling = batu.fill(STREETS, "en")
    card = next(card for card in filling.cards() if card.label.startswith("R1"))
    rows = lambda: {row.label: row for row in filling.rows(card.number, 0, 200)}
    assert list(rows()) == ["Planned (or due)", "Done (or present)"] and rows()["Done (or present)"].said.by == "batu"
    changed = filling.answer(rows()["Done (or present)"].path, "1.5")
    assert rows()["Why marks are lost"].path in changed and rows()["Why marks are lost"].missing
    photo = rows()["Photo on the spot"]
    assert photo.kind.is_FILE() and photo.required and not photo.missing
    filling.answer(rows()["Planned (or due)"].path, "-1")
    fails(SumuError.Input, "wrong-answer", lambda: filling.answer(rows()["Done (or present)"].path, "many"))
    fails(SumuError.Input, "unknown-path", lambda: filling.answer("/data/nothing", "1"))
    saved = filling.save()
    [wrong] = saved.wrong
    assert saved.change and wrong.code == "constraint" and "This cannot be negative" in wrong.detail
    assert rows()["Planned (or due)"].value == "-1" and filling.save().change is None, "still entered, still not saved"
    assert batu.fill(STREETS, "zh").rows(card.number, 0, 1)[0].value == "3"
    filling.answer(wrong.path, "3")
    assert filling.score().score == 17.5 and filling.save().wrong == []
    faults = next(card for card in filling.cards() if card.label.startswith("R2"))
    filling.answer(filling.rows(faults.number, 0, 1)[0].path, "yes")
    place = filling.rows(faults.number, 0, 200)[-1]
    assert place.kind.is_ADD()
    filling.add(place.path)
    filling.answer(place.path + "/r2_reason", "断板")
    assert filling.save().change
    fails(SumuError.Input, "no-reason", lambda: filling.remove(place.path, " "))
    filling.remove(place.path, "看错了")
    assert filling.save().change and filling.rows(faults.number, 0, 200)[-1].path == place.path
    assert batu.fill(WELL, "zh") is None, "an item without a form"


async def example(number, names):
    """Runs one of the README's Python examples as it stands there."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "README.md"), encoding="utf-8") as readme:
        code = re.findall(r"```python\n(.*?)```", readme.read(), re.S)[number]
    names["sumu"] = sumu
    body = "async def run():\n" + "".join(f"    {line}\n" for line in code.splitlines())
    exec(body, names)  # the README is ours
    await names["run"]()


with office_and_folder() as (office, folder):
    asyncio.run(story(office, folder))
print("bindings: all there")
leave()
