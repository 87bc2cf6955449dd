select
    sales_quarter,
    quarter_sales,
    quarter_growth,
    year_on_year_growth
from shopify_reporting.quarter_and_year_growth
order by sales_quarter
