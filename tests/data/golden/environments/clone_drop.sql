alter pipe if exists raw.load_sales set pipe_execution_paused = true;

use database RETAIL_PR_1;

select 1 from runner.clone_baseline limit 0;

drop database RETAIL_PR_1;
