/**
 * Measures the speed layer's own program from inside; run by {@code anabranch bench throughput}.
 */
package dev.anabranch.speed.bench;
