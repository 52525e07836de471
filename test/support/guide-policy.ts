/** The policy that the guide gives the service account. */
export function guidePolicy(staticBucketArn: string, mediaBucketArn: string, queueArn: string): object {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "s3:*",
        Resource: [staticBucketArn, `${staticBucketArn}/*`, mediaBucketArn, `${mediaBucketArn}/*`],
      },
      {
        Effect: "Allow",
        Action: [
          "sqs:DeleteMessage",
          "sqs:GetQueueUrl",
          "sqs:ChangeMessageVisibility",
          "sqs:DeleteMessageBatch",
          "sqs:SendMessageBatch",
          "sqs:ReceiveMessage",
          "sqs:SendMessage",
          "sqs:GetQueueAttributes",
          "sqs:ChangeMessageVisibilityBatch",
        ],
        Resource: queueArn,
      },
      { Effect: "Allow", Action: "sqs:ListQueues", Resource: "*" },
    ],
  };
}
