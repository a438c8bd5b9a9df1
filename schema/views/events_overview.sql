-- One row per event, for reading in a spreadsheet. Everything here is derived: correct the tables, not this sheet.
--
-- The SQL runs unchanged in SQLite and DuckDB. In Spark SQL, write
-- `listagg(x, '; ') within group (order by y)` for `string_agg(x, '; ' order by y)`, and leave out `materialized`, which
-- makes SQLite work a block out once where it would copy it into every place that uses it.
-- Every joined cell says in what order it is joined, so the same records give the same text.
with

-- Dates in words -----------------------------------------------------------------------------------------------------

-- Every date that a cell of the sheet speaks of, once.
written_dates as (
  select date_edtf as edtf from events where date_edtf is not null
  union select date_edtf from claim_positions where date_edtf is not null
  union select date_edtf from sources where date_edtf is not null
  union select outcome_date_edtf from proceedings where outcome_date_edtf is not null
  union select as_of_edtf from proceedings where as_of_edtf is not null
),

-- An interval is two dates with a slash between them; another date is a first one without a second.
single_dates as (
  select
    edtf,
    no,
    case
      when instr(edtf, '/') = 0 then edtf
      when no = 1 then substr(edtf, 1, instr(edtf, '/') - 1)
      else substr(edtf, instr(edtf, '/') + 1)
    end as part
  from written_dates
  cross join (select 1 as no union all select 2) as numbers
  where no = 1 or instr(edtf, '/') > 0
),

-- Without its marks `~` (about), `?` (perhaps) and `%` (both), and with the month or season (21 to 24) in words.
bare_dates as materialized (
  select
    edtf,
    no,
    part,
    replace(replace(replace(part, '~', ''), '?', ''), '%', '') as bare,
    case substr(part, 6, 2)
      when '01' then 'January '
      when '02' then 'February '
      when '03' then 'March '
      when '04' then 'April '
      when '05' then 'May '
      when '06' then 'June '
      when '07' then 'July '
      when '08' then 'August '
      when '09' then 'September '
      when '10' then 'October '
      when '11' then 'November '
      when '12' then 'December '
      when '21' then 'spring '
      when '22' then 'summer '
      when '23' then 'autumn '
      when '24' then 'winter '
      else ''
    end as month
  from single_dates
),

-- "24 September 2019", "September 2019", "spring 2004", "the 2010s", "about 2007".
single_words as (
  select
    edtf,
    no,
    part,
    bare,
    case
      when instr(part, '%') > 0 then 'perhaps about '
      when instr(part, '~') > 0 then 'about '
      when instr(part, '?') > 0 then 'perhaps '
      else ''
    end
    || case
      when length(bare) = 10 then replace(substr(bare, 9, 1), '0', '') || substr(bare, 10, 1) || ' ' || month || substr(bare, 1, 4)
      when length(bare) = 7 then month || substr(bare, 1, 4)
      when bare like '___X' and bare not like '__XX' then 'the ' || substr(bare, 1, 3) || '0s'
      else bare
    end as words
  from bare_dates
),

-- The two parts of each date side by side.
date_pairs as (
  select
    edtf,
    max(case when no = 1 then part end) as first_part,
    max(case when no = 1 then words end) as first_words,
    max(case when no = 2 then part end) as second_part,
    max(case when no = 2 then words end) as second_words
  from single_words
  group by edtf
),

-- An interval within one year names the year once: "January to March 2021".
date_words as materialized (
  select
    edtf,
    case
      when second_part is null then first_words
      when first_part in ('', '..') then 'until ' || second_words
      when second_part in ('', '..') then 'from ' || first_words || ', no end recorded'
      when length(first_part) >= 7 and length(second_part) >= 7 and substr(first_part, 1, 4) = substr(second_part, 1, 4)
        then substr(first_words, 1, length(first_words) - 5) || ' to ' || second_words
      else first_words || ' to ' || second_words
    end as words
  from date_pairs
),

event_dates as (
  select
    event_id,
    case
      when date_precision = 'day' and date_qualifier = 'exact' then 'on ' || words
      when date_precision = 'month' then words || ' (only the month is recorded)'
      when date_precision = 'year' then words || ' (only the year is recorded)'
      else words
    end as date_note
  from events
  join date_words on date_words.edtf = events.date_edtf
),

-- Where ----------------------------------------------------------------------------------------------------------------

-- The nearest place with a two-letter code, at most three steps up: site, city, province, country. Hong Kong, Taiwan and
-- Guam have codes of their own.
place_countries as (
  select
    p0.place_id,
    p0.name,
    case
      when length(p0.iso3166) = 2 then p0.place_id
      when length(p1.iso3166) = 2 then p1.place_id
      when length(p2.iso3166) = 2 then p2.place_id
      when length(p3.iso3166) = 2 then p3.place_id
    end as country_place_id
  from places as p0
  left join places as p1 on p1.place_id = p0.parent_place_id
  left join places as p2 on p2.place_id = p1.parent_place_id
  left join places as p3 on p3.place_id = p2.parent_place_id
),

place_labels as materialized (
  select
    place_countries.place_id,
    countries.iso3166 as country_code,
    case
      when countries.place_id <> place_countries.place_id then place_countries.name || ', ' || countries.name
      else place_countries.name
    end as label
  from place_countries
  left join places as countries on countries.place_id = country_place_id
),

-- The places that play one part in an event, together: "Target: Japan; United States".
places_in_part as (
  select
    event_id,
    coalesce(vocabularies.label, replace(place_role, '_', ' ')) || ': '
    || string_agg(place_labels.label, '; ' order by place_labels.label) as words
  from event_places
  join place_labels on place_labels.place_id = event_places.place_id
  left join vocabularies on vocabulary = 'place_role' and code = place_role
  group by event_id, place_role, vocabularies.label
),

event_where as (
  select event_id, string_agg(words, '. ' order by words) as places
  from places_in_part
  group by event_id
),

event_country_codes as (
  select distinct event_id, country_code
  from event_places
  join place_labels on place_labels.place_id = event_places.place_id
  where country_code is not null
),

event_countries as (
  select event_id, string_agg(country_code, ',' order by country_code) as countries
  from event_country_codes
  group by event_id
),

-- Who takes part -------------------------------------------------------------------------------------------------------

-- Each participant in each event once, with its roles in words, and the column it belongs in.
parts as materialized (
  select
    event_id,
    participants.entity_id,
    name,
    role,
    lower(coalesce(label, replace(role, '_', ' '))) as role_words,
    case
      when role in ('alleged_initiator', 'alleged_sponsor') then 'behind'
      when role in ('target', 'affected_party', 'affected', 'impersonated_party') then 'target'
      when entity_type = 'person' then 'person'
      when role in ('subject', 'sanctioned_party', 'programme', 'instrument') then 'about'
      else 'other'
    end as kind_of_part,
    entity_type = 'person' and coalesce(person_basis, 'withheld') <> 'withheld' as is_named_person
  from event_participants as participants
  join entities on entities.entity_id = participants.entity_id
  left join vocabularies on vocabulary = 'participant_role' and code = role
),

-- Each participant once in each column, with its roles there. A plain target is named without its role.
part_labels as (
  select
    event_id,
    kind_of_part,
    case
      when min(role) = 'target' and max(role) = 'target' then name
      else name || ' (' || string_agg(role_words, ', ' order by role_words) || ')'
    end as label
  from parts
  where kind_of_part <> 'person'
  group by event_id, kind_of_part, entity_id, name
),

event_parts as (
  select
    event_id,
    string_agg(label, '; ' order by label) filter (where kind_of_part = 'behind') as behind,
    string_agg(label, '; ' order by label) filter (where kind_of_part = 'target') as targets,
    string_agg(label, '; ' order by label) filter (where kind_of_part = 'about') as about,
    string_agg(label, '; ' order by label) filter (where kind_of_part = 'other') as others
  from part_labels
  group by event_id
),

-- Persons whose names the person policy lets stand.
person_labels as (
  select event_id, name || ' (' || string_agg(role_words, ', ' order by role_words) || ')' as label
  from parts
  where is_named_person
  group by event_id, entity_id, name
),

event_persons as (
  select event_id, string_agg(label, '; ' order by label) as persons
  from person_labels group by event_id
),

-- Who says so ----------------------------------------------------------------------------------------------------------

-- What each holder says, once: "Twitter (19 August 2019)", "Ministry of Foreign Affairs of China (denied, 23 April 2009 and
-- 19 January 2015)". Holders who withdrew stand on both sides; an accused person who says so admits it.
voices as (
  select
    claim_positions.claim_id,
    holder_entity_id,
    entities.name,
    stance,
    min(coalesce(date_earliest, '9999-12-31')) as sort_date,
    min(position_id) as first_position,
    string_agg(words, ' and ' order by date_earliest, position_id) as dates,
    max(case when stated_confidence <> 'not_stated' then stated_confidence end) as confidence,
    min(case when claim_positions.verification = 'seed' then 1 else 0 end) = 1 as only_encyclopedia
  from claim_positions
  join entities on entity_id = holder_entity_id
  left join date_words on date_words.edtf = claim_positions.date_edtf
  group by claim_positions.claim_id, holder_entity_id, entities.name, stance
),

accused as (
  select distinct claim_id, entity_id
  from claims
  join event_participants on event_id = about_id
  where role in ('suspect', 'defendant', 'convicted_person')
),

voice_words as materialized (
  select
    v.claim_id,
    v.stance,
    v.sort_date,
    v.first_position,
    case
      when v.stance in ('asserts', 'supports', 'finds_proven') then 'says'
      when v.stance in ('withholds_judgement', 'ends_without_finding') then 'open'
      else 'denies'
    end as side,
    v.name || ' ('
    || case v.stance
      when 'asserts' then case when accused.entity_id is null then '' else 'admitted it, ' end
      when 'supports' then 'supported it, '
      when 'finds_proven' then 'found proven, '
      when 'denies' then 'denied, '
      when 'disputes' then 'disputed, '
      when 'retracts' then 'withdrew it, '
      when 'no_comment' then 'declined to comment, '
      when 'finds_not_proven' then 'did not find it proven, '
      when 'ends_without_finding' then 'ended the case without a finding, '
      when 'withholds_judgement' then 'withheld judgement, '
      else replace(v.stance, '_', ' ') || ', '
    end
    || coalesce(v.dates, 'date not recorded')
    || coalesce(', with ' || v.confidence || ' confidence', '')
    || case when v.only_encyclopedia then ', according to the encyclopedia article' else '' end
    || case when withdrawn.stance is null then '' else coalesce(', withdrawn ' || withdrawn.dates, ', later withdrawn') end
    || ')' as words
  from voices as v
  left join accused on accused.claim_id = v.claim_id and accused.entity_id = v.holder_entity_id
  left join voices as withdrawn
    on withdrawn.claim_id = v.claim_id
    and withdrawn.holder_entity_id = v.holder_entity_id
    and withdrawn.stance = 'retracts'
    and v.stance in ('asserts', 'supports')
),

claim_sides as (
  select
    claim_id,
    string_agg(words, '; ' order by stance = 'supports', sort_date, first_position) filter (where side = 'says') as says,
    string_agg(words, '; ' order by sort_date, first_position) filter (where side = 'denies') as denies,
    string_agg(words, '; ' order by sort_date, first_position) filter (where side = 'open') as leaves_open,
    max(case when side = 'denies' and stance <> 'retracts' then 1 else 0 end) as answered
  from voice_words
  group by claim_id
),

-- The claims about an event, and how many they are.
numbered_claims as (
  select
    claim_id,
    event_id,
    row_number() over (partition by event_id order by claim_id) as claim_no,
    count(*) over (partition by event_id) as number_of_claims
  from claims
  join events on event_id = about_id
),

-- They show their numbers when there are several, so that the cells can be read side by side.
event_claims as materialized (
  select
    event_id,
    claim_no,
    case when number_of_claims = 1 then '' else '(' || claim_no || ') ' end as mark,
    proposition,
    trim(replace(coalesce(claims.note, ''), 'Answer not recorded.', '')) as note,
    coalesce(label, claims.status)
    || case when claims.status = 'alleged' and coalesce(answered, 0) = 0 then ', answer not recorded' else '' end
    as status_words,
    case claims.status
      when 'disputed' then 1
      when 'unresolved' then 2
      when 'alleged' then 3
      when 'officially_attributed' then 4
      when 'arrested_not_charged' then 5
      when 'charged_not_tried' then 6
      when 'refuted' then 7
      when 'discontinued' then 8
      when 'dismissed' then 9
      when 'acquitted' then 10
      when 'court_established' then 11
      else 12
    end as status_rank,
    coalesce(says, 'nobody on record') as says,
    coalesce(
      denies,
      case
        when claims.status in
          ('alleged', 'disputed', 'unresolved', 'officially_attributed', 'arrested_not_charged', 'charged_not_tried')
          then 'answer not recorded'
      end
    ) as denies,
    leaves_open
  from numbered_claims
  join claims on claims.claim_id = numbered_claims.claim_id
  left join claim_sides on claim_sides.claim_id = claims.claim_id
  left join vocabularies on vocabulary = 'claim_status' and code = claims.status
),

-- With several claims each proposition carries its own status.
claim_cells as (
  select
    event_id,
    string_agg(
      case
        when mark = '' then proposition
        when substr(proposition, length(proposition), 1) = '.' then mark || substr(proposition, 1, length(proposition) - 1)
        else mark || proposition
      end
      || case when mark = '' then '' else ' [' || lower(status_words) || ']' end,
      '; ' order by claim_no
    ) as propositions,
    string_agg(mark || says, '; ' order by claim_no) as says,
    string_agg(mark || denies, '; ' order by claim_no) as denies,
    string_agg(mark || leaves_open, '; ' order by claim_no) as leaves_open,
    string_agg(case when note <> '' then mark || note end, ' ' order by claim_no) as notes
  from event_claims
  group by event_id
),

-- The most contested status first.
event_status as (
  select event_id, string_agg(status_words, '; ' order by status_rank, status_words) as status
  from (select distinct event_id, status_words, status_rank from event_claims) as statuses
  group by event_id
),

-- An event without a claim of its own: who speaks and who denies is known from the parts they take in it.
event_voices as (
  select
    event_id,
    string_agg(name || ' (' || role_words || ')', '; ' order by name, role_words) filter (where role <> 'denying_party') as says,
    string_agg(name || ' (' || role_words || ')', '; ' order by name, role_words) filter (where role = 'denying_party') as denies
  from parts
  where role in ('attributing_party', 'reporting_party', 'denying_party')
  group by event_id
),

-- Where to look instead: events with a claim that stand with it in a sentence of the encyclopedia article, or are stages of
-- the same case.
matters as (
  select event_id, entity_id as matter from event_participants where role in ('suspect', 'defendant', 'convicted_person')
  union
  select events.event_id, 'sentence ' || sentence_no
  from coverage_records join events on events.event_id = record_id
  union
  select about_id, 'sentence ' || sentence_no
  from coverage_records join claims on claim_id = record_id
),

event_neighbours as (
  select event_id, string_agg(label, '; ' order by label) as see_also
  from (
    select distinct mine.event_id, events.title || ' [' || events.event_id || ']' as label
    from matters as mine
    join matters as other on other.matter = mine.matter and other.event_id <> mine.event_id
    join events on events.event_id = other.event_id
    where mine.event_id not in (select about_id from claims) and other.event_id in (select about_id from claims)
  ) as neighbours
  group by event_id
),

-- In court -------------------------------------------------------------------------------------------------------------

-- The cases that an event is a stage of: its own proceedings, and those of its defendants at other stages.
event_cases as (
  select event_id, proceeding_id from proceedings
  union
  select event_participants.event_id, proceeding_id
  from event_participants
  join proceedings on proceedings.defendant_id = event_participants.entity_id
  where role in ('suspect', 'defendant', 'convicted_person')
),

case_words as materialized (
  select
    event_cases.event_id,
    proceedings.proceeding_id,
    coalesce(outcome_date_earliest, '9999-12-31') as sort_date,
    case when outcome_date_earliest > as_of_earliest then outcome_date_earliest else as_of_earliest end as followed_until,
    case
      when outcome_date_earliest <= events.date_latest and outcome_date_latest >= events.date_earliest then 1 else 0
    end as came_then,
    coalesce(label, replace(outcome, '_', ' ')) as outcome_words,
    entities.name || ': ' || lower(coalesce(label, replace(outcome, '_', ' ')))
    || coalesce(', ' || outcome_words.words, ', as of ' || as_of_words.words)
    || case when coalesce(sentence, 'none') = 'none' then '' else ', sentence: ' || replace(sentence, ';', ',') end
    || ' (' || court || ', ' || places.name
    || case outcome when 'arrested_not_charged' then '; suspicion: ' else '; charges: ' end
    || replace(charge_summary, ';', ',') || ')' as words
  from event_cases
  join events on events.event_id = event_cases.event_id
  join proceedings on proceedings.proceeding_id = event_cases.proceeding_id
  join entities on entities.entity_id = defendant_id
  join places on places.place_id = jurisdiction_place_id
  left join vocabularies on vocabulary = 'outcome' and code = outcome
  left join date_words as outcome_words on outcome_words.edtf = outcome_date_edtf
  left join date_words as as_of_words on as_of_words.edtf = as_of_edtf
),

event_court as (
  select
    event_id,
    string_agg(words, '; ' order by sort_date, proceeding_id) as outcomes,
    min(followed_until) as followed_until
  from case_words
  group by event_id
),

-- In one word: the outcome that came with the event itself, else every outcome of the case.
event_outcomes as (
  select event_id, string_agg(outcome_words, '; ' order by sort_date, outcome_words) as outcomes
  from (
    select event_id, outcome_words, min(sort_date) as sort_date
    from (
      select event_id, outcome_words, sort_date, came_then, max(came_then) over (partition by event_id) as any_came_then
      from case_words
    ) as cases
    where came_then = any_came_then
    group by event_id, outcome_words
  ) as outcomes
  group by event_id
),

-- Sources --------------------------------------------------------------------------------------------------------------

-- The sources of the event itself (0), then those of what is said about it and of its court cases (1).
event_sources as (
  select event_id, source_id, min(distance) as distance, min(citation_no) as citation_no
  from (
    select record_id as event_id, source_id, 0 as distance, citation_no
    from citations join events on events.event_id = record_id
    union all
    select about_id, source_id, 1, citation_no
    from claims join events on events.event_id = about_id join citations on record_id = claim_id
    union all
    select about_id, source_id, 1, 99
    from claims join events on events.event_id = about_id join claim_positions on claim_positions.claim_id = claims.claim_id
    where source_id is not null
    union all
    select event_id, source_id, 1, citation_no
    from proceedings join citations on record_id = proceeding_id
  ) as cited
  group by event_id, source_id
),

-- Read sources first, original reports before data sets; an encyclopedia only when there is nothing else.
ranked_sources as (
  select
    event_id,
    event_sources.source_id,
    source_type = 'encyclopedia' as is_encyclopedia,
    row_number() over ranking as source_no,
    first_value(source_type = 'encyclopedia') over ranking as only_encyclopedia
  from event_sources
  join sources on sources.source_id = event_sources.source_id
  window ranking as (
    partition by event_id
    order by
      source_type = 'encyclopedia', verification <> 'text_read', source_type = 'dataset', distance, citation_no,
      event_sources.source_id
    rows between unbounded preceding and current row
  )
),

-- The first source is no encyclopedia exactly when there are others.
shown_sources as (
  select
    event_id,
    source_no,
    is_encyclopedia,
    case
      when title is null then publisher
      when substr(title, 1, length(publisher)) = publisher then title
      else publisher || ': ' || title
    end
    || coalesce(' (' || words || ')', '')
    || case when verification in ('record_read', 'not_read') then ' [text not read]' else '' end as label,
    url
  from ranked_sources
  join sources on sources.source_id = ranked_sources.source_id
  left join date_words on date_words.edtf = sources.date_edtf
  where only_encyclopedia or not is_encyclopedia
),

source_cells as (
  select
    event_id,
    max(case when source_no = 1 then label end) as source_1,
    max(case when source_no = 1 then url end) as source_1_address,
    max(case when source_no = 2 then label end) as source_2,
    max(case when source_no = 2 then url end) as source_2_address,
    max(case when source_no = 3 then label end) as source_3,
    max(case when source_no = 3 then url end) as source_3_address,
    count(*) filter (where not is_encyclopedia) as number_of_sources
  from shown_sources
  group by event_id
),

-- Section of the encyclopedia article ----------------------------------------------------------------------------------

-- The sections whose sentences an event, or a claim about it, covers; `Advanced persistent threats`, an empty heading of
-- the article, for every event with a threat group. The countries stand under `Activity worldwide`, and so does the rest.
covered_sections as (
  select record_id as event_id, section
  from coverage_records join coverage on coverage.sentence_no = coverage_records.sentence_no
  union
  select about_id, section
  from claims
  join coverage_records on record_id = claim_id
  join coverage on coverage.sentence_no = coverage_records.sentence_no
  union
  select event_id, 'Advanced persistent threats'
  from event_participants join entities on entities.entity_id = event_participants.entity_id
  where entity_type = 'threat_group'
),

event_sections as (
  select
    event_id,
    string_agg(case when section like 'Africa%' then 'Activity worldwide / ' || section else section end, '; ' order by section) as sections
  from covered_sections
  group by event_id
)

-- The sheet ------------------------------------------------------------------------------------------------------------

select
  events.event_id,
  title,
  summary as what_happened,
  coalesce(label, replace(event_type, '_', ' ')) as kind,
  date_note,
  date_edtf,
  date_earliest as start_date,
  date_latest as end_date,
  disclosed_latest as made_public,
  event_where.places,
  countries,
  behind as said_to_be_behind_it,
  targets,
  about as about_whom,
  propositions as what_is_claimed,
  coalesce(event_status.status, event_outcomes.outcomes, 'No claim recorded') as status,
  case when propositions is null then event_voices.says else claim_cells.says end as who_says_so,
  case
    when propositions is not null then claim_cells.denies
    when event_voices.denies is null and see_also is null and event_type in ('legal_charge', 'sanction', 'attribution_statement')
      then 'answer not recorded'
    else event_voices.denies
  end as who_denies_it,
  claim_cells.leaves_open as who_leaves_it_open,
  see_also,
  event_court.outcomes as court_outcome,
  followed_until as last_checked,
  persons as named_persons,
  others as others_involved,
  nullif(
    trim(
      case when inclusion_doubt then 'It is doubtful whether this is the event its sources mean or whether it belongs here. ' else '' end
      || coalesce(events.note || ' ', '') || coalesce(notes, '')
    ),
    ''
  ) as read_before_use,
  source_1,
  source_1_address,
  source_2,
  source_2_address,
  source_3,
  source_3_address,
  coalesce(number_of_sources, 0) as number_of_sources,
  coalesce(sections, 'Activity worldwide (not mentioned in the article)') as section_of_article,
  review_status
from events
left join vocabularies on vocabulary = 'event_type' and code = event_type
left join event_dates on event_dates.event_id = events.event_id
left join event_where on event_where.event_id = events.event_id
left join event_countries on event_countries.event_id = events.event_id
left join event_parts on event_parts.event_id = events.event_id
left join event_persons on event_persons.event_id = events.event_id
left join claim_cells on claim_cells.event_id = events.event_id
left join event_status on event_status.event_id = events.event_id
left join event_voices on event_voices.event_id = events.event_id
left join event_neighbours on event_neighbours.event_id = events.event_id
left join event_court on event_court.event_id = events.event_id
left join event_outcomes on event_outcomes.event_id = events.event_id
left join source_cells on source_cells.event_id = events.event_id
left join event_sections on event_sections.event_id = events.event_id
