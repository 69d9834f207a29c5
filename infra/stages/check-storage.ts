/**
 * Checks the parameters of table and secret that depend on one another.
 *
 * @returns every fault, one sentence each, which begins with the parameter's name
 */
export function checkStorage(parameters: Readonly<Record<string, unknown>>): string[] {
  const { kmsKeyArn, rotation, rotationIntervalDays, rotationWindowHours } = parameters;
  const { signingKeyReaders, signingKeySecretArn, tableKmsKey, tableName } = parameters;
  return [
    ...(tableKmsKey === 'on' && kmsKeyArn === undefined ? ['tableKmsKey: needs kmsKeyArn'] : []),
    ...(tableKmsKey === 'on' && tableName !== undefined
      ? [
          'tableKmsKey: is for the table of the stack, and the stage has its own (tableName). Encrypt that one yourself; kmsKeyArn alone lets the functions use the key',
        ]
      : []),
    ...(signingKeyReaders !== undefined && signingKeySecretArn !== undefined
      ? [
          "signingKeyReaders: is for the stack's secret, and the stage has its own (signingKeySecretArn). Give that one a resource policy yourself",
        ]
      : []),
    ...(rotationWindowHours !== undefined && rotation === 'off'
      ? ['rotationWindowHours: needs rotation']
      : []),
    ...(rotationWindowHours !== undefined && Number(rotationIntervalDays) === 1
      ? ['rotationWindowHours: needs a rotationIntervalDays of 2 or more']
      : []),
  ];
}
