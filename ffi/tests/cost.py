"""What calls over the bindings cost, in clear and encrypted; prints a table in milliseconds."""

import asyncio
import os
import time

from office import DATA, SITE, WELL, Drawer, leave, office_and_folder, sumu

TENFOLD = sumu.Place(site=SITE, item="shop", round=None)


def median(times, call):
    """Returns the median of a call's times in milliseconds."""
    taken = []
    for at in range(times):
        begin = time.perf_counter()
        call(at)
        taken.append((time.perf_counter() - begin) * 1_000)
    return sorted(taken)[len(taken) // 2]


def answer_all(filling):
    """Answers whatever a form asks, and saves it."""
    for card in filling.cards():
        for row in filling.rows(card.number, 0, 200):
            if row.kind.is_WHOLE() or row.kind.is_DECIMAL():
                filling.answer(row.path, "5")
            elif row.kind.is_ONE():
                filling.answer(row.path, row.choices[-1].name)
            elif row.kind.is_TEXT():
                filling.answer(row.path, "管道入户 43 户")
    filling.save()
    return next(row.path for card in filling.cards() for row in filling.rows(card.number, 0, 200) if row.kind.is_WHOLE())


async def measure(office, path, keys):
    """Returns what each call costs on a fresh phone."""
    device = sumu.open(path, keys).device
    await device.enrol(office.invite("batu"))
    await device.sync(None)
    begin = time.perf_counter()
    await device.shut()
    device = sumu.open(path, keys).device
    opened = (time.perf_counter() - begin) * 1_000
    card = [sumu.Put(key=f"question_{at}", value=sumu.Value.INT(value=at)) for at in range(200)]
    device.answer(WELL, card)
    def save(at):
        device.answer(WELL, [sumu.Put(key="question_7", value=sumu.Value.INT(value=10_000 + at))])
    filling = device.fill(TENFOLD, "zh")
    path = answer_all(filling)
    def answer(at):
        filling.answer(path, str(4 + at % 2))
    def save_form(at):
        answer(at)
        assert filling.save().change
    found = {
        "a call that only asks for the time zone": median(500, lambda _: device.zone()),
        "a page of 50 sites": median(50, lambda _: device.sites(sumu.SiteQuery(limit=50))),
        "opening a record of 200 answers": median(50, lambda _: device.record(WELL)),
        "saving a card, on the disk when it returns": median(300, save),
        "opening a record with a form of 190 questions": median(50, lambda _: device.fill(TENFOLD, "zh")),
        "its cards, with how far each is": median(50, lambda _: filling.cards()),
        "an answer, with all that depends on it": median(100, answer),
        "an answer and its save, on the disk when it returns": median(100, save_form),
        "closing and opening the file": opened,
    }
    await device.shut()
    return found


with office_and_folder() as (office, folder):
    office.run("form", "import", os.path.join(DATA, "tenfold.xlsx"), "--item", "shop")
    clear = asyncio.run(measure(office, os.path.join(folder, "clear.db"), None))
    locked = asyncio.run(measure(office, os.path.join(folder, "locked.db"), Drawer()))
print("| call | in clear | encrypted |\n|---|---|---|")
for name, took in clear.items():
    print(f"| {name} | {took:.2f} ms | {locked[name]:.2f} ms |")
leave()
