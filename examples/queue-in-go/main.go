package main

import (
	"github.com/beo-datastore/pulumi-beo/sdk/go/beo"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		queue, err := beo.NewQueue(ctx, "tasks", &beo.QueueArgs{QueueName: pulumi.String("report-tasks")})
		if err != nil {
			return err
		}
		ctx.Export("queueUrl", queue.QueueUrl)
		ctx.Export("deadLetterQueueArn", queue.DeadLetterQueueArn)
		return nil
	})
}
