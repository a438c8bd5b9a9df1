select kind, 1 as floods from floods union all select kind, 2 from floods
