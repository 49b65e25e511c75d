/** The lakehouse for Spark programs: the session, the views as columns, Kafka records as events. */
package dev.anabranch.lakehouse.spark;
