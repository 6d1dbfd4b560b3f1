"""What an analyst does, from the problem to the files, as the browser shows it."""

import re
from pathlib import Path

import httpx
from playwright.sync_api import Page, expect

from services.solving.samples.catalogue import sample


def test_an_analyst_hands_in_a_problem_and_comes_away_with_a_deck(page: Page, site: httpx.Client, tmp_path: Path) -> None:
    bundled = sample("saas")
    page.goto("/")
    page.get_by_role("link", name="New problem").first.click()
    page.get_by_label("What must be decided?").fill(bundled.text)
    expect(page.get_by_text("Has a target", exact=True)).to_be_visible()
    page.locator("input[type=file]").set_input_files(bundled.files)
    expect(page.get_by_text("campaigns.csv")).to_be_visible()
    page.get_by_text("Ask me after Frame").click()
    page.get_by_role("button", name="Start run").click()

    # the run waits after the frame; the frame's numbers open their evidence
    page.get_by_role("link", name="Review Frame").click(timeout=90_000)
    page.get_by_role("button", name=re.compile("open its evidence")).first.click()
    drawer = page.get_by_role("dialog", name="Where it comes from")
    expect(drawer.get_by_text(re.compile("SHA|Data hash|The words that state it|Formula")).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    page.get_by_role("button", name="Approve Frame and go on").click()

    # after the priorities: one score is changed with its reason
    page.get_by_role("link", name=re.compile("^Run$")).click()
    page.get_by_role("link", name="Review Prioritise").click(timeout=90_000)
    page.get_by_label(re.compile("^Impact of ")).first.fill("4")
    page.keyboard.press("Enter")
    page.get_by_label("Why, in a sentence").fill("Sales says the lever is smaller than it looks.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved as version 2")).to_be_visible()
    page.get_by_role("button", name="Approve Prioritise and go on").click()

    # the answer is read, and the deck approved
    page.get_by_role("link", name=re.compile("^Run$")).click()
    page.get_by_role("link", name="Review Present").wait_for(timeout=120_000)
    page.get_by_role("link", name="6 Synthesise", exact=True).click()
    expect(page.get_by_role("heading", name="What to do")).to_be_visible()
    page.get_by_role("link", name=re.compile("^7 Present")).click()
    page.get_by_role("button", name="Approve Present and go on").click()
    expect(page.get_by_role("link", name=re.compile("^7 Present, Done"))).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile(r"deck\.pptx")).click()
    download.value.save_as(tmp_path / "deck.pptx")
    assert (tmp_path / "deck.pptx").read_bytes().startswith(b"PK")
    assert site.get("/v1/problems").json()["items"][0]["status"] == "completed"


def test_the_tree_is_edited_by_the_keyboard_and_taken_back(page: Page, site: httpx.Client, solved: str) -> None:
    page.goto(f"/problems/{solved}/tree?view=outline")
    rows = page.get_by_role("treeitem")
    expect(rows.first).to_be_visible()
    before = rows.count()
    rows.first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_label("Question", exact=True).fill("Do trials end too early?")
    page.keyboard.press("Tab")
    page.keyboard.type("Short trials win fewer customers")
    page.get_by_role("button", name="Save").click()
    expect(rows).to_have_count(before + 1)
    expect(page.get_by_text(re.compile(r"later steps? (is|are) stale"))).to_be_visible()
    page.get_by_role("button", name="Take back the newest edit").click()
    expect(rows).to_have_count(before)
    assert site.get(f"/v1/problems/{solved}/tree").json()["version"] == 3


def test_of_two_people_the_second_is_told(page: Page, site: httpx.Client, solved: str) -> None:
    page.goto(f"/problems/{solved}/frame")
    page.get_by_role("button", name="Change the question").click()
    read = site.get(f"/v1/problems/{solved}/frame", params={"cited": True})
    frame = read.json()["decision"] | {"goal": "Which two levers bring the cost of a customer down first?"}
    assert site.put(f"/v1/problems/{solved}/frame", json={"frame": frame}, headers={"If-Match": read.headers["etag"]}).status_code == 200
    page.get_by_label("The question").fill("Another question altogether?")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").get_by_text("Somebody changed it first")).to_be_visible()
    expect(page.get_by_label("The question")).to_have_value("Another question altogether?")


def test_a_cut_line_is_shown_and_taken_up_again(page: Page, solved: str) -> None:
    page.goto("/")
    expect(page.get_by_role("row").nth(1)).to_be_visible()
    pill = page.locator("[data-line]")
    expect(pill).to_have_text("Live")
    page.context.set_offline(True)
    expect(pill).to_have_text("Offline")
    page.context.set_offline(False)
    expect(pill).to_have_text("Live", timeout=30_000)


def test_an_empty_house_offers_a_sample(page: Page) -> None:
    page.goto("/?q=nothinghasthiswordinit")
    expect(page.get_by_text("No problem matches this filter.")).to_be_visible()
    page.get_by_role("button", name="Try a sample").click()
    expect(page.get_by_role("menuitem").first).to_be_visible()
