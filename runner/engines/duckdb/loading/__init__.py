"""Loading: stages, file formats, COPY INTO, pipes and the history of loads.

    stages, formats, pipes      named objects and their statements (`names`: what they share)
    locations                   the place that `@stage/path` names, and the files in it
    transfer                    PUT, GET, LIST, REMOVE
    copy, copy_statement        COPY INTO, and its text as a value
    jobs                        what COPY and pipes share: which files, and loading one of them
    load, values                which records fit a table, what goes into each column
    validation                  VALIDATION_MODE
    reader, scan, csvtext       a file as a relation of text; `csvtext` is the yardstick for CSV
    documents, files            JSON and Parquet; compression, encodings
    workspace                   temporary files and connections of a statement
    history, functions          load metadata; COPY_HISTORY and SYSTEM$PIPE_STATUS
    staged                      stages in the FROM of a query

Importing the package registers the handlers of the statements.
"""

from runner.engines.duckdb.loading import copy, formats, functions, pipes, stages, transfer

__all__ = ["copy", "formats", "functions", "pipes", "stages", "transfer"]
