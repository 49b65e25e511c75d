/**
 * The batch layer: a service that executes batch runs, one at a time. A run reads the records below
 * its boundary that no published run has read, appends the new events among them to {@code
 * master/events}, brings the batch views up to date and publishes itself in the ledger, last.
 */
package dev.anabranch.batch;
