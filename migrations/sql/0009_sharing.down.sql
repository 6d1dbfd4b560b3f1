DROP TABLE solving.share_visits;
DROP TABLE solving.share_links;
DROP INDEX solving.idx_deliverables_ready;
