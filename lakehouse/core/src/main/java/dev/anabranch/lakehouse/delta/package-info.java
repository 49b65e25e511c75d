/** Delta tables without Spark: the log store, commits by several writers, and the tail of a log. */
package dev.anabranch.lakehouse.delta;
