/** Models: rows split by time, pipelines fitted, measured, and put into the registry. */
package dev.anabranch.batch.training;
