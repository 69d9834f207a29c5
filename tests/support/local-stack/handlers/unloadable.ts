throw new Error('STAGE_PARAMETER is missing');
