/**
 * The ledger: what was really sent to the topic, one line a record in the order of sending. The
 * truth that pipelines are compared with comes from it and from nothing else.
 */
package dev.anabranch.lakehouse.ledger;
