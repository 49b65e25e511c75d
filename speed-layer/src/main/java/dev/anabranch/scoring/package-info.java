/**
 * Leads scored while they act: histories in the stream's state, profiles joined, the champion's
 * probability, and hot leads handed over to Kafka and PostgreSQL, each once.
 */
package dev.anabranch.scoring;
