-- An address opens for every reader: it holds no user name and no password.
-- table: sources
with hosts(source_id, host) as (
  select source_id, substr(url || '/', instr(url, '//') + 2, instr(substr(url || '/', instr(url, '//') + 2), '/') - 1)
  from sources
  where instr(url, '@') > 0)
select source_id, 'the address holds a user name or a password before the host: take it out' as message
from hosts
where instr(host, '@') > 0;
