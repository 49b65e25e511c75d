/**
 * The speed layer: Kafka to tiles, epoch by epoch. {@code Arrivals}, {@code EpochFold} and {@code
 * EpochJob} are shared with the Kappa stream, which differs in how it removes copies.
 */
package dev.anabranch.speed;
