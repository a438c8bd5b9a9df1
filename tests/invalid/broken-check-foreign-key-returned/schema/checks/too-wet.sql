-- table: floods
select kind, 'wet' as message from floods
