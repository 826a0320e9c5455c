import th from 'messages:th/common,map,office'
import { startPage } from '../page'
import Office from './Office.svelte'

void startPage(Office, { th, en: () => import('messages:en/common,map,office') })
