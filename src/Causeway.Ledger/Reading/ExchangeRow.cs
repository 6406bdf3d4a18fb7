namespace Causeway.Ledger.Reading;

/// <summary>An exchange as stored.</summary>
/// <param name="Row">Its place in the order in which exchanges were stored; <see cref="LedgerReader.After"/> goes on from here.</param>
public readonly record struct ExchangeRow(long Row, Exchange Exchange);
