#!/usr/bin/env perl
# A whole list with HTTP::OAI: the identifier of every record on a line of its own.
use strict;
use warnings;
use HTTP::OAI;

my ($base, $prefix, @set) = @ARGV;
my $harvester = HTTP::OAI::Harvester->new(baseURL => $base, resume => 1);
my $response = $harvester->ListRecords(
    metadataPrefix => $prefix,
    (@set ? (set => $set[0]) : ()),
    onRecord => sub { print $_[0]->identifier, "\n" },
);
die $response->message . "\n" if $response->is_error;
