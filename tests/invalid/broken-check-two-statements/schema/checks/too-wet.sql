-- table: floods
select id, 'wet' as message from floods where 0;
select id, 'wet' as message from floods;
