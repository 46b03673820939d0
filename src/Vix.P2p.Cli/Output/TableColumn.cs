namespace Vix.P2p.Cli.Output;

/// <summary>A column of a table.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Rank">0 is always there; others are there as far as the line is long enough, the lowest rank first.</param>
/// <param name="Right">Whether it holds numbers, which stand one under the other.</param>
/// <param name="MinWidth">What it needs where it can be cut; null where it is whole or not there.</param>
internal sealed record TableColumn(string Title, int Rank = 0, bool Right = false, int? MinWidth = null);
