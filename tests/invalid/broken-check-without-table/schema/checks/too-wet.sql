-- No flood by rain.
select id, 'wet' as message from floods
