DROP TABLE solving.deliverable_checks;
