/**
 * What minutes and leads are usually like, learnt from history, and which of them leave it. Pure
 * functions and small state; the batch layer learns with it, the speed layer judges.
 */
package dev.anabranch.lakehouse.anomaly;
