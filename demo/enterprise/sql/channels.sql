select
    channel,
    sum(net_amount) as net_amount,
    sum(orders) as orders,
    sum(units) as units,
    sum(discount_amount) as discount_amount,
    sum(tax_amount) as tax_amount,
    min(sale_date) as first_day,
    max(sale_date) as last_day
from enterprise_marts.sales_by_channel_day
group by channel
order by net_amount desc
