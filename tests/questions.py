#!/usr/bin/env python3
"""questions.py RELEASE_DIR: asks the bundled data set what a reporter would ask, and checks the answers.

Three questions are put to the Parquet of the release with DuckDB; the same answers are worked out from the seeds, read as
YAML and nothing else, and must be equal. Then the flat sheet `events_overview` is looked through for what a spreadsheet
would choke on. Prints the answers; stops at the first thing that is wrong.
"""
import csv
import pathlib
import re
import sys

import duckdb
from ruamel.yaml import YAML

ROOT = pathlib.Path(__file__).resolve().parent.parent
OFFICIAL = ["state", "government_body", "intelligence_service", "military_unit"]
AFRICA = """AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG ML MR MU MW MZ NA NE NG
            RE RW SC SD SH SL SN SO SS ST SZ TD TG TN TZ UG YT ZA ZM ZW""".split()
HEADINGS = ["Modes of operation", "Agencies", "Advanced persistent threats", "Relationship with the United Front",
            "Activity worldwide", "Africa", "Ethiopia", "South Africa"]


def seeds(table):
    """Every record of a table as the curators wrote it."""
    yaml = YAML(typ="safe", pure=True)
    files = sorted((ROOT / "seeds" / table).rglob("*.yaml")) or [ROOT / "seeds" / f"{table}.yaml"]
    for file in files:
        found = yaml.load(file)
        yield from found if isinstance(found, list) else [found]


def year(edtf):
    """The year in which a date known in part begins."""
    return int(re.match(r"\d{4}", str(edtf))[0])


class Seeds:
    """The seeds, by id, without what the release leaves out."""

    def __init__(self, database):
        def published(table, key):
            kept = {row[0] for row in database.sql(f"select {key} from {table}").fetchall()}
            return {record[key]: record for record in seeds(table) if record[key] in kept}

        self.places = published("places", "place_id")
        self.entities = published("entities", "entity_id")
        self.events = published("events", "event_id")
        self.claims = published("claims", "claim_id")
        self.proceedings = published("proceedings", "proceeding_id")

    def positions(self, event, stances):
        """Positions of these stances on claims about an event."""
        for claim in self.claims.values():
            if claim["about"] == event:
                published = (p for p in claim.get("positions", []) if p["verification"] in ("text_read", "record_read"))
                yield from (p for p in published if p["stance"] in stances)

    def countries(self, place):
        """The codes of a place and of every place that it lies in; the id of one that has no code."""
        while place:
            yield str(self.places[place].get("iso3166", place))
            place = self.places[place].get("parent_place_id")


def attributed_to_apt40(database, known):
    """Which governments attributed activity to APT40, and when?"""
    answer = database.execute("""
        select coalesce(p.date_edtf, '') as date, holder.name, holder.country, p.stance, e.title, e.event_id
        from entities as g
        join event_participants as part on part.entity_id = g.entity_id and part.role in ('alleged_initiator', 'subject')
        join events as e on e.event_id = part.event_id
        join claims as c on c.about_id = e.event_id
        join claim_positions as p on p.claim_id = c.claim_id and p.stance in ('asserts', 'supports')
        join entities as holder on holder.entity_id = p.holder_entity_id
        where g.name = 'APT40' and list_contains($official, holder.entity_type)
        order by all""", {"official": OFFICIAL}).fetchall()
    group = next(key for key, entity in known.entities.items() if entity["name"] == "APT40")
    expected = set()
    for key, event in known.events.items():
        if any(p["entity"] == group and p["role"] in ("alleged_initiator", "subject") for p in event["participants"]):
            for position in known.positions(key, ("asserts", "supports")):
                holder = known.entities[position["holder"]]
                if holder["entity_type"] in OFFICIAL:
                    expected.add((str(position.get("date_edtf", "")), holder["name"], holder.get("country"),
                                  position["stance"], event["title"], key))
    assert set(answer) == expected, set(answer) ^ expected
    return [row[:5] for row in answer]


def denied_in_africa(database, known):
    """Which events have a place in Africa, and who denies them?"""
    answer = database.execute("""
        select date_note, title, status, who_denies_it, event_id
        from events_overview
        where list_has_any(countries, $africa) or places like '%West Africa%'
        order by start_date, event_id""", {"africa": AFRICA}).fetchall()
    expected = set()
    for key, event in known.events.items():
        codes = {code for place in event["places"] for code in known.countries(place["place"])}
        if codes & {*AFRICA, "plc-west-africa"}:
            expected.add(key)
    assert {row[-1] for row in answer} == expected, {row[-1] for row in answer} ^ expected
    for *_, denials, key in answer:
        names = {known.entities[p["holder"]]["name"] for p in known.positions(key, ("denies", "disputes", "no_comment"))}
        if not any(claim["about"] == key for claim in known.claims.values()):
            names = {known.entities[p["entity"]]["name"] for p in known.events[key]["participants"]
                     if p["role"] == "denying_party"}
        cited = {re.sub(r"^\(\d+\) ", "", item).rsplit(" (", 1)[0] for item in (denials or "").split("; ")}
        assert cited - {"", "answer not recorded"} == names, (key, cited, names)
    return [row[:4] for row in answer]


def convictions_by_year(database, known):
    """Which cases ended in a conviction, by year?"""
    answer = database.sql("""
        select year(p.outcome_date_earliest) as year, count(distinct p.event_id) as cases, count(*) as convictions,
               string_agg(case when d.person_basis = 'withheld' then '(name withheld)' else d.name end, '; '
                          order by d.name) as persons
        from proceedings as p
        join entities as d on d.entity_id = p.defendant_id
        where p.outcome in ('convicted_plea', 'convicted_trial')
        group by all order by year""").fetchall()
    convicted = [p for p in known.proceedings.values() if p["outcome"] in ("convicted_plea", "convicted_trial")]
    expected = {}
    for case in convicted:
        events, names = expected.setdefault(year(case["outcome_date_edtf"]), (set(), []))
        events.add(case["event"])
        person = known.entities[case["defendant"]]
        names.append("(name withheld)" if person["person_basis"] == "withheld" else person["name"])
    assert {row[0]: row[1:3] for row in answer} == {y: (len(e), len(n)) for y, (e, n) in expected.items()}
    for row in answer:
        assert sorted(row[3].split("; ")) == sorted(expected[row[0]][1]), row
    return answer


def look_through_overview(release, database, known):
    """The flat sheet has a row for each event, and no cell that a spreadsheet would take for something else."""
    with open(release / "data/csv/events_overview.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["event_id"] for row in rows} == set(known.events) and len(rows) == len(known.events)
    withheld = {e["name"] for e in known.entities.values() if e.get("person_basis") == "withheld"}
    for row in rows:
        for column, cell in row.items():
            where = (row["event_id"], column, cell)
            assert not re.search(r"[\r\n\t]|  |; ;|^[=+@-]|^;|;$|\( |\(\)", cell), where
            assert len(cell) <= 2000 and cell == cell.strip(), where
        assert not any(name in row["named_persons"] for name in withheld), row["event_id"]
    for heading in HEADINGS:
        found = [row["event_id"] for row in rows if heading in row["section_of_article"]]
        assert found, f"no event is found under the heading {heading}"
        print(f"  {heading}: {len(found)} events")
    sections = {row[0] for row in database.sql("select distinct section from coverage").fetchall()} - {"Lead"}
    for section in sections:
        assert any(section in row["section_of_article"] for row in rows), section


def main():
    release = pathlib.Path(sys.argv[1])
    database = duckdb.connect()
    for file in sorted(release.glob("data/parquet/*.parquet")):
        database.execute(f"create view {file.stem} as select * from read_parquet('{file}')")
    known = Seeds(database)
    for ask in (attributed_to_apt40, denied_in_africa, convictions_by_year):
        answer = ask(database, known)
        assert answer, f"no answer: {ask.__doc__}"
        print(ask.__doc__)
        for row in answer:
            print("  " + " | ".join("" if cell is None else str(cell) for cell in row))
    print("Events under each heading of the encyclopedia article:")
    look_through_overview(release, database, known)
    print("the answers are those of the seeds")


if __name__ == "__main__":
    main()
