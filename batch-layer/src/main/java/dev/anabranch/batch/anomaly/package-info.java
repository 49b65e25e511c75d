/** Learning what is usual, for the speed layer to judge by. */
package dev.anabranch.batch.anomaly;
