/** Kappa: one stateful stream with a watermark, from Kafka to the same views. */
package dev.anabranch.kappa;
