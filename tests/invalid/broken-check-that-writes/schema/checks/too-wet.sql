-- table: floods
delete from floods returning id, 'gone' as message
