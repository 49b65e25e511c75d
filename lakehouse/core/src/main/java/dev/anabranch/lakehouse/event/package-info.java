/**
 * The event: its record, its JSON, and the one validator that every pipeline uses, so that all
 * accept the same records and refuse the same records for the same reasons.
 */
package dev.anabranch.lakehouse.event;
