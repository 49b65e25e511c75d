/**
 * Freshness from outside: how old records are, counted from their Kafka timestamp, when an answer
 * over HTTP first holds them.
 */
package dev.anabranch.cli.measure;
